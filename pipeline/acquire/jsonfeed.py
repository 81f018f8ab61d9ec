"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to entries."""

import json
from collections.abc import Mapping

from pipeline.acquire.entries import absolute_url, distinct, language_tag, make_entry, moment, one_line
from pipeline.acquire.records import FeedEntry, FeedHints, ParsedFeed
from pipeline.dispositions import Reason
from pipeline.records import Dropped


def parse_json_feed(text: str, url: str) -> ParsedFeed | Dropped:
    """The feed in a JSON text. What has neither the version's address nor `items` is some other JSON."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Dropped("feed", Reason.INVALID_JSON, f"damaged JSON: {error}"[:200])
    items = feed.get("items") if isinstance(feed, Mapping) else None
    if not isinstance(items, list) or "jsonfeed.org/version/" not in str(feed.get("version"))[:100]:
        return Dropped("feed", Reason.NOT_A_FEED, "JSON, but no JSON Feed: no version or no items")
    following = absolute_url(feed.get("next_url"), url)
    return ParsedFeed(
        kind="json",
        title=one_line(feed.get("title")),
        language=language_tag(feed.get("language")),
        entries=distinct(_entry(item, url) for item in items if isinstance(item, Mapping)),
        hints=FeedHints(),
        self_url=absolute_url(feed.get("feed_url"), url),
        next_urls=(following,) if following else (),
    )


def _entry(item: Mapping[str, object], url: str) -> FeedEntry | None:
    """One item. `external_url` is the page that a link blog talks about; an id is often an address."""
    own = next((item[name] for name in ("url", "external_url", "id") if _is_address(item.get(name))), None)
    published_at, changed_at = moment(item.get("date_published")), moment(item.get("date_modified"))
    return make_entry(item.get("id"), own, url, item.get("title"), published_at, changed_at)


def _is_address(value: object) -> bool:
    """Whether a value names a page: an id that is only a number or a word must not become a relative link."""
    return isinstance(value, str) and ("/" in value)
