"""A feed's bytes to its entries: RSS 0.9x, 1.0 and 2.0, Atom, RDF; JSON Feed and sitemaps by their own files.

Bytes become text here, by the rules that pages have too (a wrong label is common, valid UTF-8 by accident is
not), and characters that no XML may hold go: feedparser then takes its fast, strict road for most feeds, and
its tolerant one for what is damaged. 600 KB of nested tags take it 6 s: run it in a worker with limits.

Sources: RSS 2.0, RSS 1.0 with its syndication module, RFC 4287 (Atom), RFC 5005 (paged feeds), RFC 7303 (the
charset of the header goes before that of the declaration).
"""

import io
import re
from collections.abc import Mapping

import feedparser

from pipeline.acquire.entries import (
    ILLEGAL,
    absolute_url,
    distinct,
    language_tag,
    make_entry,
    moment,
    one_line,
)
from pipeline.acquire.jsonfeed import parse_json_feed
from pipeline.acquire.records import FeedEntry, FeedHints, FeedKind, ParsedFeed
from pipeline.acquire.sitemaps import parse_address_list, parse_sitemap
from pipeline.archive.http import GZIP_MAGIC, BodyError, BodyTooLargeError
from pipeline.archive.http import content_type as split_content_type
from pipeline.archive.http import decode as undo_coding
from pipeline.clean.decoding import decode
from pipeline.dispositions import Reason
from pipeline.records import Dropped
from pipeline.settings import Limits

_HEAD_CHARS = 4096  # room for comments and style sheets before the root
_DECLARATION = re.compile(r"<\?xml[^>]{0,400}\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,300}?encoding\s{0,9}=\s{0,9}[\"']([\w.:\-]{2,40})", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<(?:[\w\-]{1,40}:)?([a-z]\w{0,40})[\s>/]", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ROOTS = {"rss", "rdf", "feed", "channel"}
_SITEMAP_ROOTS = {"urlset", "sitemapindex"}
_SKIPPED_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIPPED_DAYS = re.compile(r"<skipDays>(.{0,1000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_INNER = re.compile(r"<(?:hour|day)>\s{0,20}(\w{1,10})\s{0,20}</", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    "hourly": 3600,
    "daily": 24 * 3600,
    "weekly": 7 * 24 * 3600,
    "monthly": 30 * 24 * 3600,
    "yearly": 365 * 24 * 3600,
}
_DATES = ("published", "created", "updated")
_DIGITS = re.compile(r"[0-9]{1,9}")
# What code like feedparser's raises on bytes that are no feed; errors of XML it keeps to itself.
_FEEDPARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


def parse_feed(payload: bytes, url: str, content_type: str | None) -> ParsedFeed | Dropped:
    """The feed that a payload holds; relative links are resolved against `url`, which gave it."""
    if payload.startswith(GZIP_MAGIC):
        try:
            payload = undo_coding(payload, "gzip", Limits().payload_bytes)  # sitemaps are served as files
        except BodyTooLargeError as error:
            return Dropped("feed", Reason.TOO_LARGE, str(error))
        except BodyError as error:
            return Dropped("feed", Reason.CORRUPT, str(error))
    text = _text(payload, content_type)
    if not text:
        return Dropped("feed", Reason.EMPTY, "an empty body")
    if text.startswith("{"):
        return parse_json_feed(text, url)
    root = _root(text)
    if root in _SITEMAP_ROOTS:
        return parse_sitemap(text, url)
    if root in _ROOTS:
        return _parse_xml(text, url)
    if addresses := parse_address_list(text, url):
        return addresses
    return Dropped("feed", Reason.NOT_A_FEED, f"no feed: it begins with {text[:40]!r}")


def _text(payload: bytes, content_type: str | None) -> str:
    """The text from its first character on, without XML declaration and characters that no XML may hold."""
    declared = _DECLARED.search(payload[:_HEAD_CHARS])
    charset = split_content_type(content_type or "")[1] or (declared[1].decode("ascii") if declared else None)
    text = ILLEGAL.sub("", decode(payload, charset)).lstrip()
    declaration = _DECLARATION.match(text)
    return text[declaration.end() :].lstrip() if declaration else text


def _root(text: str) -> str | None:
    """The name of the first element, lower-case and without prefix; None for what is no markup."""
    first = _FIRST_TAG.search(_COMMENT.sub("", text[:_HEAD_CHARS]))
    return first[1].lower() if first else None


def _parse_xml(text: str, url: str) -> ParsedFeed | Dropped:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # Bodies of entries are not read: cleaning their markup would take most of the time.
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _FEEDPARSER_ERRORS as error:
        return Dropped("feed", Reason.NOT_A_FEED, f"{type(error).__name__}: {error}"[:200])
    version, feed = str(found.get("version") or ""), found["feed"]
    if not version and not found["entries"]:
        fault = found.get("bozo_exception") or "a version that is not known"
        return Dropped("feed", Reason.NOT_A_FEED, f"no feed: {fault}"[:200])
    return ParsedFeed(
        kind=_kind(version),
        title=one_line(feed.get("title")),
        language=language_tag(feed.get("language")),
        entries=distinct(_entry(one, url) for one in found["entries"]),
        hints=_hints(feed, text),
        self_url=absolute_url(_link(feed, "self"), url),
        next_urls=_linked(feed, url, "next"),
        archive_urls=_linked(feed, url, "prev-archive", "current"),
    )


def _kind(version: str) -> FeedKind:
    if version in ("rss10", "rss090"):
        return "rdf"
    return "atom" if version.startswith("atom") else "rss"


def _entry(entry: dict[str, object], url: str) -> FeedEntry | None:
    """One item: the address before any counter of clicks, else its link, else an id that is an address."""
    key = entry.get("id")
    links = (entry.get("feedburner_origlink"), entry.get("link"), _link(entry, "alternate"))
    link = next((one for one in links if one), key if "://" in str(key)[:12] else None)
    # By dict.get: feedparser's own answers `updated` with `published`. The text, not the date that
    # feedparser makes of it: where it cannot read the day of the month, it says the first.
    published, created, updated = (moment(dict.get(entry, name)) for name in _DATES)
    # An edited entry keeps its first date.
    return make_entry(key, link, url, entry.get("title"), published or created, updated)


def _linked(feed: Mapping[str, object], url: str, *relations: str) -> tuple[str, ...]:
    """The addresses that the feed has these relations to."""
    found = (absolute_url(_link(feed, relation), url) for relation in relations)
    return tuple(one for one in found if one)


def _link(node: Mapping[str, object], relation: str) -> str | None:
    links = node.get("links")
    for link in links if isinstance(links, list) else []:
        if link.get("rel") == relation and isinstance(link.get("href"), str):
            return str(link["href"])
    return None


def _hints(feed: Mapping[str, object], text: str) -> FeedHints:
    """feedparser keeps one hour and one day of several: those are read from the text."""
    hours = {int(hour) % 24 for hour in _listed(_SKIPPED_HOURS, text) if hour.isdecimal() and int(hour) <= 24}
    days = {_DAYS.index(day.lower()) for day in _listed(_SKIPPED_DAYS, text) if day.lower() in _DAYS}
    minutes = _number(feed.get("ttl"))
    return FeedHints(
        ttl_seconds=minutes * 60 if minutes else None,
        # Who lists every hour or day cannot mean that the feed is never to be read.
        skip_hours=frozenset(hours if len(hours) < 24 else ()),
        skip_days=frozenset(days if len(days) < 7 else ()),
        sy_seconds=_sy_seconds(feed),
    )


def _listed(block: re.Pattern[str], text: str) -> list[str]:
    found = block.search(text)
    return _INNER.findall(found[1]) if found else []


def _sy_seconds(feed: Mapping[str, object]) -> int | None:
    """`sy:updatePeriod` divided by `sy:updateFrequency` (1 where it is missing)."""
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    return period // max(1, _number(feed.get("sy_updatefrequency")) or 1) if period else None


def _number(claim: object) -> int | None:
    text = claim.strip() if isinstance(claim, str) else ""
    return int(text) if _DIGITS.fullmatch(text) else None
