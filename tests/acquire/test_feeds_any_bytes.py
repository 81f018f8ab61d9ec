"""Whatever the bytes, a feed gives entries that hold together, or the reason why it is none."""

import contextlib
import json
from datetime import UTC

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.acquire.discovery import find_feeds, sitemap_lines
from pipeline.acquire.entries import absolute_url, moment
from pipeline.acquire.feeds import parse_feed
from pipeline.acquire.opml import read_opml
from pipeline.acquire.records import ParsedFeed
from pipeline.errors import SourceError
from pipeline.records import Dropped
from tests.acquire.feed_texts import NEWS_NS, SITEMAP_NS, atom, item, rdf, rss

URL = "https://news.example/feed"
WHOLE = [
    rss(item(1, "<guid>a</guid><pubDate>Wed, 25 Nov 2026 10:00:00 GMT</pubDate>"), head="<ttl>5</ttl>"),
    atom('<entry xml:base="/a"><id>x</id><link href="1"/><updated>2026-11-25</updated></entry>'),
    rdf("<item><link>https://news.example/1</link><dc:date>2026</dc:date></item>"),
    f"<urlset {SITEMAP_NS} {NEWS_NS}><url><loc>/1</loc><lastmod>2026</lastmod></url></urlset>",
    json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "url": "/1"}]}),
]
SPLICES = [
    b"<",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"\xff",
    b"\0",
    b"<!--",
    b"<!DOCTYPE [",
    b"&#0;",
    b"[",
    b"<item>",
]
CONTENT_TYPES = [None, "text/xml", "application/rss+xml; charset=utf-16", "text/html; charset=nonsense"]
slow = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_sound(found: ParsedFeed | Dropped) -> None:
    if isinstance(found, Dropped):
        assert found.stage == "feed"
        assert found.detail
        return
    keys = [entry.entry_key for entry in found.entries]
    assert len(set(keys)) == len(keys)
    for entry in found.entries:
        assert entry.url.startswith(("http://", "https://"))
        assert entry.url.isascii()
        assert entry.entry_key
        assert "\n" not in (entry.title or "")
        assert (entry.title or "").encode().decode() == (entry.title or "")
        assert entry.published_at is None or entry.published_at.tzinfo is UTC
    assert all(0 <= hour < 24 for hour in found.hints.skip_hours)


@slow
@given(st.binary(max_size=2000), st.sampled_from(CONTENT_TYPES))
def test_any_bytes(payload: bytes, content_type: str | None) -> None:
    assert_sound(parse_feed(payload, URL, content_type))


@slow
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), st.sampled_from(SPLICES)), max_size=8),
    st.sampled_from(CONTENT_TYPES),
)
def test_mutilated_feeds(whole: str, cuts: list[tuple[int, int, bytes]], content_type: str | None) -> None:
    payload = whole.encode()
    for at, length, splice in cuts:
        payload = payload[:at] + splice + payload[at + length :]
    assert_sound(parse_feed(payload, URL, content_type))


@slow
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_any_texts_in_their_places(title: str, link: str, guid: str, date: str) -> None:
    inner = f"<guid>{guid}</guid><pubDate>{date}</pubDate>"
    assert_sound(parse_feed(rss(item(1, inner, title, link)).encode("utf-8", "replace"), URL, None))
    row = {"id": guid, "url": link, "title": title, "date_published": date}
    feed = {"version": "https://jsonfeed.org/version/1", "items": [row]}
    assert_sound(parse_feed(json.dumps(feed).encode(), URL, None))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
FIELDS = st.sampled_from(["id", "url", "external_url", "title", "date_published", "language", "next_url"])


@slow
@given(st.lists(st.dictionaries(FIELDS, JSON) | JSON, max_size=4), st.dictionaries(FIELDS, JSON))
def test_any_json_feed(items: list[object], head: dict[str, object]) -> None:
    feed = {**head, "version": "https://jsonfeed.org/version/1.1", "items": items}
    assert_sound(parse_feed(json.dumps(feed).encode(), URL, "application/feed+json"))


@slow
@given(st.text(max_size=100))
def test_any_date_and_any_address(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is UTC
    url = absolute_url(text, URL)
    assert url is None or absolute_url(url, URL) == url


@slow
@given(st.binary(max_size=800))
def test_any_bytes_as_page_robots_and_list(payload: bytes) -> None:
    for candidate in (*find_feeds(payload, URL), *sitemap_lines(b"Sitemap: " + payload, URL)):
        assert candidate.url.startswith("http")
    with contextlib.suppress(SourceError):
        assert isinstance(read_opml(b"<opml>" + payload), list)
