"""Entries as all kinds of feeds give them: addresses made absolute, texts on one line, dates in UTC."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from pipeline.acquire.records import FeedEntry
from pipeline.clean.addresses import MAX_URL_CHARS
from pipeline.clean.dates import EARLIEST, parse_date

TEXT_CHARS = 1000
DATE_CHARS = 80
# Characters that RFC 3986 allows in path, query and fragment, and the sign of what is escaped already.
_ALLOWED = "%/:?#[]@!$&'()*+,;=~"
# Characters that no XML text may hold (XML 1.0, section 2.2).
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}")


def make_entry(
    key: object,
    link: object,
    base: str,
    title: object,
    published_at: datetime | None,
    changed_at: datetime | None = None,
) -> FeedEntry | None:
    """One entry; None where it has no http(s) address. Its key is its id, else its address.

    `changed_at` stands for an unknown date of publication.
    """
    url = absolute_url(link, base)
    if url is None:
        return None
    is_change = published_at is None and changed_at is not None
    return FeedEntry(one_line(key) or url, url, one_line(title), published_at or changed_at, is_change)


def distinct(entries: Iterable[FeedEntry | None]) -> tuple[FeedEntry, ...]:
    """The entries in their order, each once.

    A key that stands for several addresses is none: those entries go by their address.
    """
    present = [entry for entry in entries if entry is not None]
    urls: defaultdict[str, set[str]] = defaultdict(set)
    for entry in present:
        urls[entry.entry_key].add(entry.url)
    keyed = (
        entry if len(urls[entry.entry_key]) == 1 else replace(entry, entry_key=entry.url) for entry in present
    )
    first: dict[str, FeedEntry] = {}
    for entry in keyed:
        first.setdefault(entry.entry_key, entry)
    return tuple(first.values())


def absolute_url(link: object, base: str) -> str | None:
    """An http(s) address as it goes over the wire: absolute, in ASCII; None for anything else."""
    text = ILLEGAL.sub("", link).strip() if isinstance(link, str) else ""
    if not text or len(text) > MAX_URL_CHARS:
        return None
    try:
        parts = urlsplit(urljoin(base, re.sub(r"[\t\n\r]+", "", text)))
        host, _ = parts.hostname, parts.port
        netloc = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError, of names that are none, is one too
        return None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\\]", netloc):
        return None
    tail = (quote(part, safe=_ALLOWED) for part in (parts.path or "/", parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc, *tail))


def one_line(text: object) -> str | None:
    """A text without markup, on one line, of bounded length; None where nothing is left."""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        text = repr(text)  # ids in JSON
    if not isinstance(text, str):
        return None
    bare = unescape(_TAG.sub("", text[: 4 * TEXT_CHARS]))
    return " ".join(ILLEGAL.sub("", bare).split())[:TEXT_CHARS].strip() or None


def moment(claim: object) -> datetime | None:
    """A date as the feed writes it, in UTC also where it names no zone; None for what is no date."""
    found = parse_date(claim[:DATE_CHARS]) if isinstance(claim, str) else None
    if found is None:
        return None
    try:
        zoned = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (OverflowError, ValueError):  # the years 1 and 9999 in other zones
        return None
    return zoned if zoned >= EARLIEST else None


def language_tag(claim: object) -> str | None:
    """A language tag in lower case (`pt-br`), None for what is none."""
    tag = claim.strip().lower().replace("_", "-") if isinstance(claim, str) else ""
    return tag if _LANGUAGE.fullmatch(tag) else None
