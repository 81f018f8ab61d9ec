"""The Wayback Machine, or another archive that speaks CDX: captures of a site, years after they were made.

    wayback:example.org/news/*  below an address       wayback:example.org    all of a host
    wayback:*.example.org       hosts below it too     wayback:https://example.org/a.html   one address

    source ── a query for each year ──> parts ── read ──> rows of the index ── wanted? ── replay ──> items

The year that is not over is read month by month, until the last midnight: a part's captures are then all in
the past, and its places stay. Captures that repeat the one before (the same digest) are passed over. An item
is the answer as the site gave it: its address, the time of its capture, media type and charset are those of
the capture, and its bytes are as they were archived (`id_`).

The archive is asked for one thing at a time, slowly (settings.Lists). 429 means a minute's rest, and twice as
long each time; after some of that the part ends, and the next run goes on there.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from pipeline.acquire.ahead import Window, drawn, in_order
from pipeline.acquire.cdx import Answer, CdxError, Match, Query, Row, TooMany, is_nothing_found, read_answer
from pipeline.acquire.list_schemes import WAYBACK
from pipeline.acquire.patient import Reach, Requests, end, refusal_of
from pipeline.acquire.records import Failed, Failure, Fetched
from pipeline.archive.http import GZIP_MAGIC, is_markup
from pipeline.archive.parts import Part, Reading, Step, Steps
from pipeline.archive.wanted import Passed, Wanted
from pipeline.archive.warc import Came, read_response, refuse
from pipeline.dispositions import Reason
from pipeline.errors import UsageError
from pipeline.records import Item, Refusal
from pipeline.settings import Lists, Network

FIRST_YEAR = 1996  # of the Wayback Machine
PAGES = {"text/html", "application/xhtml+xml"}
VERSION = "1"  # a part's name says all that its places depend on
SILENT_SECONDS, TOTAL_SECONDS = 120.0, 300.0
# One host, one request at a time; but rows that are not wanted go by in their thousands.
AHEAD = Window(places=4096, running=2, held_bytes=32 * 1024 * 1024)
DEFAULT_PORT = re.compile(r"^(http://[^/?#]*):80(?=[/?#]|$)|^(https://[^/?#]*):443(?=[/?#]|$)", re.IGNORECASE)
REPLAYED = re.compile(r"/([0-9]{14})id_/")
ARCHIVED = b"x-archive-orig-"
# What speaks of the archived answer's wire, not of the bytes that the archive gives.
OF_THE_WIRE = {b"content-encoding", b"content-length", b"transfer-encoding", b"connection", b"keep-alive"}


def parts_of_archive(source: str, reach: Reach, wanted: Wanted) -> Iterator[Part]:
    """A part a year, and a month of the current one. Raises UsageError for what is no source."""
    url, match = read_source(source)
    reach = replace(reach, network=_slow(reach.network))
    periods = list(periods_of(wanted, reach.clock.now()))
    if not periods:
        raise UsageError(f"{source}: nothing was captured in these dates; captures until yesterday are read")
    queries = (Query(url, match, since, until) for since, until in periods)
    return (_part(reach, query) for query in queries)


def _slow(network: Network) -> Network:
    """One request at a time, and patience: an index looks through millions of captures before it answers."""
    limits = network.limits
    seconds, read_seconds = max(limits.seconds, TOTAL_SECONDS), max(limits.read_seconds, SILENT_SECONDS)
    return replace(
        network, host_requests=1, limits=replace(limits, seconds=seconds, read_seconds=read_seconds)
    )


def _part(reach: Reach, query: Query) -> Part:
    name = query.name(reach.lists.cdx_url)
    return Part(name, VERSION, None, _Reader(reach, query, name).read)


def read_source(source: str) -> tuple[str, Match]:
    """The address that a source names, and how far it reaches. Raises UsageError where it names none."""
    named = source.removeprefix(WAYBACK)
    url = named.partition("://")[2] or named
    host, slash, path = url.removesuffix("*").removeprefix("*.").partition("/")
    if not re.fullmatch(r"[\w.-]+\.[\w-]+(:\d+)?|localhost(:\d+)?", host) or "*" in path:
        raise UsageError(f"{source}: name a site or a path of one, such as wayback:example.org/news/*")
    if url.startswith("*."):
        return host, "domain"
    if url.endswith("*"):
        return f"{host}/{path}", "prefix"
    return (named, "exact") if slash else (host, "host")


def periods_of(wanted: Wanted, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The years that are over, the months of the current one until the last midnight; within the dates."""
    begin = _second(wanted.captured.since or datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    last = min(midnight, wanted.captured.until or midnight)
    until = _second(last) + timedelta(seconds=last.microsecond > 0)
    years = [datetime(year, 1, 1, tzinfo=UTC) for year in range(begin.year, now.year + 1)]
    months = [datetime(now.year, month, 1, tzinfo=UTC) for month in range(2, now.month + 1)]
    bounds = [begin, *(bound for bound in (*years, *months) if begin < bound < until), until]
    yield from ((since, end) for since, end in pairwise(bounds) if since < end)


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class _Place:
    """One capture that is asked for."""

    position: int
    row: Row
    at: datetime


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one query's captures."""

    reach: Reach
    query: Query
    name: str

    def read(self, reading: Reading) -> Steps:
        """The steps of the part; a position is the index of a row."""
        return drawn(lambda: self._steps(reading), reading.on_bytes)

    async def _steps(self, reading: Reading) -> AsyncGenerator[list[Step], None]:
        async with self.reach.requests(reading.limits) as requests:
            archive = _Archive(self.reach.lists, requests, reading)
            async for steps in in_order(self._places(archive, reading), archive.step, AHEAD):
                yield steps

    async def _places(self, archive: "_Archive", reading: Reading) -> AsyncGenerator[Step | _Place, None]:
        """What each row of the index is: a capture to ask for, or nothing that is wanted."""
        position = 0
        before: Row | None = None
        async for rows in archive.rows(self.query, self.name):
            if isinstance(rows, Refusal):
                yield Step(max(position, reading.begin), rows)
                return
            for row in rows:
                if position >= reading.begin:
                    yield _place(position, row, before, reading.wanted)
                before, position = row, position + 1


def _place(position: int, row: Row, before: Row | None, wanted: Wanted) -> Step | _Place:
    if passed := passes(row, before, wanted):
        return Step(position, None, passed)
    if at := row.at:
        return _Place(position, row, at)
    key = f"{row.timestamp}/{row.original}"
    return Step(position, refuse(key, Reason.CORRUPT, "a capture without a time in the index"))


def passes(row: Row, before: Row | None, wanted: Wanted) -> Passed | None:
    """Why a capture is not asked for; `before` is the row before it in the index."""
    if row.media_type == "warc/revisit" or (before and _content(before) == _content(row)):
        return Passed.REVISIT
    if row.status != "200":
        return Passed.NO_CONTENT
    if passed := wanted.refuses(row.original, row.at, row.media_type):
        return passed
    is_page = wanted.media_types or row.media_type is None or row.media_type in PAGES
    return None if is_page else Passed.MEDIA_TYPE


def _content(row: Row) -> tuple[str, str]:
    """What two captures of an unchanged page share; a row without a digest shares it with none."""
    return row.urlkey, row.digest or row.timestamp


@dataclass(frozen=True, slots=True)
class _Archive:
    """The archive that is asked: its index, and its captures."""

    lists: Lists
    requests: Requests
    reading: Reading

    async def rows(self, query: Query, name: str) -> AsyncGenerator[tuple[Row, ...] | Refusal, None]:
        """The rows of a query, a page at a time; a refusal where it cannot be read on.

        A server that gives no key to go on by is asked for shorter periods.
        """
        key: str | None = None
        while True:
            answer = await self._ask(query, key)
            halves = query.halves()
            if isinstance(answer, TooMany) or (halves and _is_too_large(answer)):
                for half in halves:
                    async for rows in self.rows(half, name):
                        yield rows
                        if isinstance(rows, Refusal):
                            return
                return
            if not isinstance(answer, Answer):
                yield end(name, answer)
                return
            yield answer.rows
            if answer.key is None or answer.key == key:
                return
            key = answer.key

    async def _ask(self, query: Query, key: str | None) -> Answer | TooMany | Fetched | Failed:
        """A page of the index, or the answer that was none."""
        limit = self.lists.rows if key is None and query.halves() else None
        url = query.address(self.lists.cdx_url, self.reading.wanted.media_types, self.lists.rows, key)
        answer = await self.requests.get(url, self.lists.archive_seconds)
        if isinstance(answer, Failed):
            return answer
        if answer.status == 404 and is_nothing_found(answer.payload):
            return Answer((), None)
        if answer.status != 200:
            return answer
        try:
            return read_answer(answer.payload, limit)
        except CdxError as error:
            return Failed(url, Failure.malformed, str(error), answer.hops, answer.fetched_at)

    async def step(self, place: _Place) -> Step:
        """One capture, as the site gave it then."""
        row = place.row
        url = f"{self.lists.replay_url}/{row.timestamp}id_/{row.original}"
        answer = await self.requests.get(url, self.lists.archive_seconds)
        if self.requests.is_away(answer) or _is_limited(answer):
            return Step(place.position, end(url, answer))
        if isinstance(answer, Failed) or answer.status != 200:
            return Step(place.position, refusal_of(url, answer))
        found = self._item(url, place, answer)
        passed = self.reading.wanted.refuses_capture(found.capture) if isinstance(found, Item) else None
        return Step(place.position, None if passed else found, passed)

    def _item(self, url: str, place: _Place, answer: Fetched) -> Item | Refusal:
        given = REPLAYED.search(answer.final_url)
        if given and given[1] != place.row.timestamp:
            return refuse(url, Reason.HTTP_ERROR, f"the archive gave the capture of {given[1]} in its place")
        came = Came(DEFAULT_PORT.sub(r"\1\2", place.row.original), place.at)
        return read_response(archived_response(answer), url, self.reading.limits.payload_bytes, came)


def _is_too_large(answer: Answer | Fetched | Failed) -> bool:
    """Whether the answer had more bytes than may be read."""
    return isinstance(answer, Failed) and answer.failure is Failure.too_large


def _is_limited(answer: Fetched | Failed) -> bool:
    """Whether the archive does not want to be asked now: that is no fault of the capture."""
    if isinstance(answer, Failed):
        return answer.failure is Failure.rate_limited
    return answer.status == 429


def archived_response(answer: Fetched) -> bytes:
    """A capture as a response: the archived headers, or what the archive knows of them, and the bytes.

    The archive's own content coding is undone. The archived one is named where the bytes are still in it.
    """
    archived = {
        name.removeprefix(ARCHIVED): value for name, value in answer.headers if name.startswith(ARCHIVED)
    }
    body = answer.payload
    headers = {name: value for name, value in archived.items() if name not in OF_THE_WIRE}
    headers.setdefault(b"content-type", answer.header(b"content-type") or b"")
    coding = b"gzip" if body.startswith(GZIP_MAGIC) else archived.get(b"content-encoding", b"")
    if coding and not is_markup(body):
        headers[b"content-encoding"] = coding
    headers[b"content-length"] = b"%d" % len(body)
    lines = [b"HTTP/1.1 200 OK", *(name + b": " + value for name, value in headers.items())]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
