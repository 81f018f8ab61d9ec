"""Archives on the network: one file, a list of the paths of many, or a month of CC-NEWS. Each file is a part.

    https://host/crawl.warc.gz                  a file of any kind but Parquet (see archive/formats.py)
    https://host/site.wacz                      the WARC files in it
    warc.paths.gz, https://.../warc.paths.gz    a path or address a line, as Common Crawl lists its files
    cc-news:2026-02, cc-news:2026-02-03         a month or a day of CC-NEWS
    s3://bucket/crawl.warc.gz, s3://bucket/     the same in S3-compatible storage, and all below an address

A file on the network is taken to stay what it is under its address: its mark counts until `--restart`.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urljoin, urlsplit

from pipeline.acquire.guard import Resolve, resolve
from pipeline.acquire.objects import ObjectFile, list_objects
from pipeline.acquire.ranged import Patience, RangedFile
from pipeline.archive.counted import CountedStream
from pipeline.archive.formats import Opened, one_line, reader_for, steps_of
from pipeline.archive.framing import PIECE
from pipeline.archive.parts import Part, Reading, Step, Steps, refused
from pipeline.archive.sources import list_parts
from pipeline.archive.wacz import SUFFIX as WACZ
from pipeline.archive.wacz import Packed, packed_parts
from pipeline.archive.wanted import Wanted
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.errors import SourceError, UsageError
from pipeline.settings import Network
from pipeline.store import SCHEME as S3

CC_NEWS = "cc-news:"
COMMON_CRAWL = "https://data.commoncrawl.org/"
LISTING = (".paths", ".paths.gz")
LISTING_BYTES = 64 * 1024 * 1024  # unpacked: half a million paths
WEB = ("http://", "https://")
ELSEWHERE = (*WEB, S3)
NAMED_TIME = re.compile(r"-(\d{14})-\d+\.warc\.gz$")
# A file of CC-NEWS is named after its first record and closed at 1 GiB; on slow days that took up to a day.
SPAN = timedelta(days=2)
LISTED = "on the network"  # the version of a part whose address stands for what is in it
UNDATED = datetime.fromtimestamp(0, UTC)  # stands in for the dates of records that have none


@dataclass(frozen=True, slots=True)
class Reach:
    """How the network is reached; `base` is what the paths of a listing are relative to.

    Listings below `store`, which are our own, may name files of this machine.
    """

    network: Network
    base: str = COMMON_CRAWL
    store: str = ""
    resolver: Resolve = resolve
    patience: Patience | None = None

    def open(self, url: str) -> BinaryIO:
        """The file at an address; nothing is asked for yet."""
        if url.startswith(S3):
            return cast("BinaryIO", io.BufferedReader(ObjectFile(url), PIECE))
        file = RangedFile(url, self.network, self.resolver, self.patience)
        return cast("BinaryIO", io.BufferedReader(file, PIECE))

    def is_own(self, listing: str) -> bool:
        """Whether a listing is ours: on this machine, or in our store."""
        return not listing.startswith(ELSEWHERE) or listing.startswith(f"{self.store or 'none'}/")


def is_remote(source: str) -> bool:
    """Whether a source is on the network, or lists what is."""
    return source.startswith((*ELSEWHERE, CC_NEWS)) or source.lower().endswith(LISTING)


def parts_of_remote(source: str, reach: Reach, wanted: Wanted, now: datetime) -> Iterator[Part]:
    """The parts of a source for which `is_remote` holds.

    Raises UsageError for a date that is none, SourceError where a listing cannot be read.
    """
    if source.startswith(CC_NEWS):
        day = source.removeprefix(CC_NEWS)
        listing = urljoin(reach.base, f"crawl-data/CC-NEWS/{_month(day)}/warc.paths.gz")
        yield from (part for part in _listed(listing, reach, wanted, now) if _is_of_day(part.name, day))
    elif source.lower().endswith(LISTING):
        yield from _listed(source, reach, wanted, now)
    elif source.startswith(S3) and source.endswith("/"):
        yield from _below(source, reach, wanted, now)
    elif urlsplit(source).path.lower().endswith(WACZ):
        yield from packed_parts(Packed(source, LISTED, partial(reach.open, source), UNDATED))
    else:
        yield Part(source, LISTED, None, partial(_read, source, reach, now))


def _below(folder: str, reach: Reach, wanted: Wanted, now: datetime) -> Iterator[Part]:
    """The parts below an address in S3 storage."""
    try:
        names = list_objects(folder)
    except OSError as error:
        raise SourceError(one_line(error)) from error
    for name in names:
        if reader_for(name) is None and not name.endswith(WACZ):
            yield refused(refuse(name, Reason.UNSUPPORTED_TYPE, "no reader for this name"))
        else:
            yield from parts_of_remote(name, reach, wanted, now)


def _month(day: str) -> str:
    try:
        found = date.fromisoformat(day if len(day) > len("2026-02") else f"{day}-01")
    except ValueError as error:
        forms = "write a month, cc-news:2026-02, or a day, cc-news:2026-02-03"
        raise UsageError(f"{CC_NEWS}{day}: {forms}") from error
    return f"{found:%Y/%m}"


def _is_of_day(name: str, day: str) -> bool:
    """Whether a file of a month may hold records of the day; of a month all do."""
    at = _named_time(name)
    if len(day) <= len("2026-02") or at is None:
        return True
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return begin - SPAN < at < begin + timedelta(days=1)


def _listed(listing: str, reach: Reach, wanted: Wanted, now: datetime) -> Iterator[Part]:
    """The parts that a list of paths names, without those that lie outside the dates by their names."""
    for line in _lines(listing, reach):
        at = _named_time(line)
        if at is not None and not _may_hold(at, wanted):
            continue
        if line.startswith(S3) and listing.startswith(WEB):
            detail = f"a list on the web ({listing}) has no say in what is read with our credentials"
            yield refused(refuse(line, Reason.UNREADABLE, detail))
        elif line.startswith("/") and reach.is_own(listing):  # nor does it name our files
            yield from list_parts(line, now)
        else:
            yield from parts_of_remote(urljoin(reach.base, line), reach, wanted, now)


def _may_hold(at: datetime, wanted: Wanted) -> bool:
    since, until = wanted.captured.since, wanted.captured.until
    return (since is None or at + SPAN > since) and (until is None or at < until)


def _named_time(name: str) -> datetime | None:
    """The time of the first record, as the files of CC-NEWS have it in their names."""
    found = NAMED_TIME.search(name)
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _lines(listing: str, reach: Reach) -> list[str]:
    try:
        with reach.open(listing) if listing.startswith(ELSEWHERE) else Path(listing).open("rb") as file:
            packed = gzip.GzipFile(fileobj=file) if listing.lower().endswith(".gz") else file
            text = packed.read(LISTING_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{listing}: {one_line(error)}; no list of paths can be read there") from error
    if len(text) > LISTING_BYTES:
        raise SourceError(f"{listing}: more than {LISTING_BYTES >> 20} MiB; cut it into several lists")
    return [line.strip() for line in text.decode("utf-8", "replace").splitlines() if line.strip()]


def _read(url: str, reach: Reach, now: datetime, reading: Reading) -> Steps:
    path = urlsplit(url).path
    if path.lower().endswith(".parquet"):
        yield Step(0, refuse(url, Reason.UNSUPPORTED_TYPE, "Parquet on the network: download it first"))
        return
    with reach.open(url) as file:
        stream = cast("BinaryIO", CountedStream(file, reading.on_bytes))
        yield from steps_of(Opened(url, stream, now, reading), reader_for(path))
