"""Formats: the bytes of one open file become steps, whatever it is.

    .txt .text .md            one document a file
    .html .htm .xhtml         one page a file
    .warc                     one item a response, resource or conversion record
    .jsonl .ndjson            one item a line: {"url"?, "title"?, "text" | "html", "published_at"?, ...}
    .csv .tsv .parquet        one item a row, with columns of these names

Each but .parquet may be gzip-compressed (`.gz`). Without a name the first bytes tell. What cannot be read is
a refusal with its reason; the rest goes on.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, cast

from pipeline.archive.framing import GZIP_MAGIC, PIECE
from pipeline.archive.http import is_markup
from pipeline.archive.identity import make_capture
from pipeline.archive.parts import Reading, Step
from pipeline.archive.rejoined import Rejoined
from pipeline.archive.rows import read_rows
from pipeline.archive.tables import read_csv, read_parquet
from pipeline.archive.warc import read_warc, refuse
from pipeline.dispositions import Reason
from pipeline.records import Item

HEAD_BYTES = 4096  # what the kind of a source is told by


@dataclass(frozen=True, slots=True)
class Opened:
    """One open file: `name` prefixes refusal keys, `at` stands in for the time of its items.

    `stream` must be seekable where `reading.begin` is not 0.
    """

    name: str
    stream: BinaryIO
    at: datetime
    reading: Reading


Reader = Callable[[Opened], Iterator[Step]]


def steps_of(opened: Opened, reader: Reader | None) -> Iterator[Step]:
    """What one open file holds, from `reading.begin` on, with `reader` or what the first bytes call for.

    An error of the stream is a refusal as `unreadable`, at the place where it came.
    """
    at = opened.reading.begin
    try:
        for step in _steps(opened, reader):
            at = step.position
            yield step
    except OSError as error:
        yield Step(at, refuse(opened.name, Reason.UNREADABLE, one_line(error)))


def _steps(opened: Opened, reader: Reader | None) -> Iterator[Step]:
    if reader is _parquet:
        yield from _parquet(opened)
        return
    if reader is _warc and opened.reading.begin:  # nothing before that is asked for
        opened.stream.seek(opened.reading.begin)
        yield from _warc(opened)
        return
    start = opened.stream.read(HEAD_BYTES)
    if not start:
        if not opened.reading.begin:
            yield Step(0, refuse(opened.name, Reason.EMPTY, "nothing to read"))
    elif reader is _warc or not start.startswith(GZIP_MAGIC):  # a web archive's members are told apart there
        yield from _plain(opened, start, reader or _reader_by_content(start))
    else:
        yield from _unpacked(opened, start, reader)


def _plain(opened: Opened, start: bytes, reader: Reader) -> Iterator[Step]:
    """The steps of a file whose first bytes were read; a web archive is read from a byte on."""
    if reader is _warc and opened.reading.begin:
        opened.stream.seek(opened.reading.begin)
        yield from _warc(opened)
    else:
        stream = io.BufferedReader(Rejoined(start, opened.stream), PIECE)
        yield from reader(replace(opened, stream=stream))


def _unpacked(opened: Opened, start: bytes, reader: Reader | None) -> Iterator[Step]:
    at = opened.reading.begin
    try:
        inner = zlib.decompressobj(31).decompress(start, HEAD_BYTES)
        reader = reader or _reader_by_content(inner)
        if reader is _warc:
            yield from _plain(opened, start, reader)
            return
        packed = io.BufferedReader(Rejoined(start, opened.stream), PIECE)
        plain = gzip.GzipFile(fileobj=packed)  # gives what there is before it reports a cut
        for step in reader(replace(opened, stream=cast("BinaryIO", plain))):
            at = step.position
            yield step
    except EOFError:
        yield Step(at, refuse(opened.name, Reason.TRUNCATED, "the gzip stream ends early"))
    except (gzip.BadGzipFile, zlib.error) as error:
        yield Step(at, refuse(opened.name, Reason.CORRUPT, one_line(error)))


def _warc(opened: Opened) -> Iterator[Step]:
    return read_warc(opened.stream, opened.name, opened.reading, opened.at)


def _jsonl(opened: Opened) -> Iterator[Step]:
    return read_rows(opened.stream, opened.name, opened.reading, opened.at)


def _csv(opened: Opened) -> Iterator[Step]:
    delimiter = "\t" if ".tsv" in opened.name.lower() else ","
    rows = read_csv(opened.stream, opened.name, opened.reading, opened.at, delimiter)
    return _or_empty(rows, opened)


def _parquet(opened: Opened) -> Iterator[Step]:
    return _or_empty(read_parquet(opened.name, opened.reading, opened.at), opened)


def _or_empty(rows: Iterator[Step], opened: Opened) -> Iterator[Step]:
    """The rows; a table that has none is refused."""
    first = next(rows, None)
    if first is None:
        if not opened.reading.begin:
            yield Step(0, refuse(opened.name, Reason.EMPTY, "no row"))
        return
    yield first
    yield from rows


def _text(opened: Opened) -> Iterator[Step]:
    return _document(opened, "text/plain")


def _page(opened: Opened) -> Iterator[Step]:
    return _document(opened, "text/html")


def _document(opened: Opened, media_type: str) -> Iterator[Step]:
    limit = opened.reading.limits.payload_bytes
    payload = opened.stream.read(limit + 1)
    if len(payload) > limit:
        yield Step(0, refuse(opened.name, Reason.TOO_LARGE, f"more than {limit} bytes"))
    elif not payload.strip():
        yield Step(0, refuse(opened.name, Reason.EMPTY, "nothing but white space"))
    else:
        capture = make_capture(payload, url=None, fetched_at=opened.at, media_type=media_type)
        passed = opened.reading.wanted.refuses_capture(capture)
        yield Step(0, None if passed else Item(capture, payload, payload), passed)


READERS: dict[str, Reader] = {
    ".txt": _text,
    ".text": _text,
    ".md": _text,
    ".html": _page,
    ".htm": _page,
    ".xhtml": _page,
    ".warc": _warc,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": _parquet,
}


def reader_for(name: str) -> Reader | None:
    """The reader that a file's name calls for; None where it says nothing."""
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes if suffix.lower() != ".gz"]
    return READERS.get(suffixes[-1]) if suffixes else None


def is_document(name: str) -> bool:
    """Whether a file's name says that it is one item."""
    return reader_for(name) in (_text, _page)


def _reader_by_content(start: bytes) -> Reader:
    if start.startswith(b"WARC/"):
        return _warc
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return _jsonl
    return _page if is_markup(start) else _text


def one_line(error: Exception) -> str:
    """What an error says, for a refusal."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join((text or type(error).__name__).split())
