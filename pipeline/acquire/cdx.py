"""Queries to a CDX server, the index of a web archive, and what it answers. Nothing here asks.

    url, match, period ── address ──> GET ──> bytes ── read_answer ──> rows, and a key to go on by

The index is in the order of its keys (host names backwards), then of time. It gives so many rows at a time,
and with them a key by which the next ones are asked for. Servers of the pywb kind know no such key, no
`collapse`, and other filters: what is asked of a row here is checked again by who reads it.

Sources: the README of the Wayback CDX server (internetarchive/wayback), the CDXJ server API of pywb.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Literal
from urllib.parse import quote

Match = Literal["exact", "prefix", "host", "domain"]
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
PYWB = {"url": "original", "mime": "mimetype", "status": "statuscode"}
STAMP = "%Y%m%d%H%M%S"
SECOND = timedelta(seconds=1)
# Most of what a site consists of; the media types that are wanted are checked row by row.
NO_PAGES = ("(image|audio|video|font)/.*", ".*(css|javascript|font).*")
KEY_CHARS = "%+!*'(),~"  # a resume key comes escaped, and goes back as it came


class CdxError(ValueError):
    """What is no answer of a CDX server."""


@dataclass(frozen=True, slots=True)
class Query:
    """Captures of addresses that `match`, from `since` until `until` (not included; whole seconds)."""

    url: str
    match: Match
    since: datetime
    until: datetime

    def name(self, base: str) -> str:
        """The query's address, without what is the same in all."""
        last = (self.until - SECOND).strftime(STAMP)
        period = f"from={self.since.strftime(STAMP)}&to={last}"
        return f"{base}?url={quote(self.url, safe='/:')}&matchType={self.match}&{period}"

    def address(self, base: str, media_types: frozenset[str], rows: int, key: str | None) -> str:
        """The address to ask for the first rows, or for those after a key."""
        filters = "".join(f"&filter={quote(one, safe=':/')}" for one in _filters(media_types))
        more = f"&resumeKey={quote(key, safe=KEY_CHARS)}" if key else ""
        fixed = f"output=json&fl={','.join(FIELDS)}&collapse=digest&showResumeKey=true&limit={rows}"
        return f"{self.name(base)}&{fixed}{filters}{more}"

    def halves(self) -> tuple["Query", ...]:
        """The same in two periods; none where it cannot be cut."""
        seconds = int((self.until - self.since).total_seconds())
        if seconds < 2:
            return ()
        middle = self.since + timedelta(seconds=seconds // 2)
        return replace(self, until=middle), replace(self, since=middle)


@dataclass(frozen=True, slots=True)
class Row:
    """One capture of the index. `media_type` is None where the index does not know; `at` where it is none."""

    urlkey: str
    timestamp: str
    original: str
    media_type: str | None
    status: str
    digest: str

    @property
    def at(self) -> datetime | None:
        """The time of the capture. By hand: an index has millions, and strptime takes ten times as long."""
        stamp = self.timestamp
        if not (len(stamp) == 14 and stamp.isascii() and stamp.isdecimal()):
            return None
        try:
            month, day, hour, minute, second = (int(stamp[at : at + 2]) for at in range(4, 14, 2))
            return datetime(int(stamp[:4]), month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, and the key to go on by; None at the end, or where the server knows no keys."""

    rows: tuple[Row, ...]
    key: str | None


@dataclass(frozen=True, slots=True)
class TooMany:
    """An answer of more rows than were asked for, or of as many and no key: there may be more."""


def read_answer(payload: bytes, limit: int | None = None) -> Answer | TooMany:
    """The rows of an answer: one JSON array of arrays, or a JSON object a line. Raises CdxError.

    With a `limit`, an answer of so many rows that gives no key is too many: a server may ignore the limit
    and give all that it has, and its rows would take ten times the memory of the answer.
    """
    text = payload.decode("utf-8", "replace").strip()
    try:
        if text.startswith("{"):
            lines = [line for line in text.splitlines() if line]
            if limit is not None and len(lines) >= limit:
                return TooMany()
            return Answer(tuple(_row_of(json.loads(line)) for line in lines), None)
        return _table(json.loads(text or "[]"), limit)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CdxError(f"no answer of a CDX server: {text[:60]!r} ({type(error).__name__})") from error


def is_nothing_found(payload: bytes) -> bool:
    """Whether a 404 says that there are no captures, as servers of the pywb kind do."""
    return b"no captures found" in payload[:2000].lower()


def _filters(media_types: frozenset[str]) -> Iterator[str]:
    """One type is asked for, if it reads the same as text and as an expression; else no pictures and such."""
    yield "statuscode:200"
    only = next(iter(media_types)) if len(media_types) == 1 else ""
    if only.replace("/", "").isalnum():
        yield f"mimetype:{only}"
    else:
        yield from (f"!mimetype:{one}" for one in NO_PAGES)


def _table(lines: list[list[str]], limit: int | None) -> Answer | TooMany:
    """The names of the fields stand in the first line; a key in the last, with an empty one before it."""
    names, rows, key = lines[0] if lines else FIELDS, lines[1:], None
    if len(rows) >= 2 and rows[-2] == []:
        rows, key = rows[:-2], str(rows[-1][0])
    elif limit is not None and len(rows) >= limit:
        return TooMany()
    columns = itemgetter(*(names.index(name) for name in FIELDS))
    return Answer(tuple(_row(*columns(row)) for row in rows), key)


def _row_of(named: dict[str, str]) -> Row:
    """A row of a server of the pywb kind, whose index may know neither type nor status."""
    values = {PYWB.get(name, name): str(value) for name, value in named.items()}
    known = {"mimetype": "", "statuscode": "200", "digest": ""} | values
    return _row(*(known[name] for name in FIELDS))


def _row(urlkey: str, timestamp: str, original: str, mimetype: str, statuscode: str, digest: str) -> Row:
    media_type = mimetype.partition(";")[0].strip().lower()
    return Row(urlkey, timestamp, original, media_type if "/" in media_type else None, statuscode, digest)
