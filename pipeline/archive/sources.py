"""Sources: a path, a folder or "-" becomes a stream of items, whatever the format.

    .txt .text .md            one document a file
    .html .htm .xhtml         one page a file
    .warc                     one item a response, resource or conversion record
    .jsonl .ndjson            one item a line: {"url"?, "title"?, "text" | "html", "published_at"?, ...}
    .csv .tsv .parquet        one item a row, with columns of these names
    .wacz                     the WARC files in it
    folders                   all of these, in the order of their names
    -                         standard input, told by its first bytes

Each but .parquet and .wacz may be gzip-compressed (`.gz`). What cannot be read is a refusal with its reason;
the rest goes on.
"""

import codecs
import gzip
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.archive.framing import GZIP_MAGIC, PIECE
from pipeline.archive.http import is_markup
from pipeline.archive.identity import make_capture
from pipeline.archive.rejoined import Rejoined
from pipeline.archive.rows import read_rows
from pipeline.archive.tables import read_csv, read_parquet
from pipeline.archive.wacz import opened_wacz
from pipeline.archive.warc import read_warc, refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from pipeline.settings import Limits

Found = Item | Refusal


HEAD_BYTES = 4096  # what the kind of a source is told by


@dataclass(frozen=True, slots=True)
class Opened:
    """One open source: `name` prefixes refusal keys, `at` stands in for the time of its items."""

    name: str
    stream: BinaryIO
    at: datetime
    limits: Limits


Reader = Callable[[Opened], Iterator[Found]]


def read_source(path: str, limits: Limits, now: datetime) -> Iterator[Found]:
    """The items of one path, folder or "-". `now` is the time of what standard input brings."""
    if path == "-":
        yield from _read_input(limits, now)
        return
    for file in list_files(Path(path)):
        yield from _read_file(file, limits) if isinstance(file, Path) else [file]


def _read_input(limits: Limits, now: datetime) -> Iterator[Found]:
    if sys.stdin is None:
        yield refuse("-", Reason.UNREADABLE, "standard input is closed")
        return
    try:
        yield from _read_stream(Opened("-", sys.stdin.buffer, now, limits), None)
    except OSError as error:
        yield refuse("-", Reason.UNREADABLE, _one_line(error))


def list_files(path: Path) -> Iterator[Path | Refusal]:
    """The files below `path` in the order of their names; a folder reached twice by links is read once.

    A path that is no folder is given as it is; within a folder, what is no file or of no known kind is
    refused, and hidden names are passed over.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a folder above may not be entered
        yield path
        return
    seen: set[tuple[int, int]] = set()
    todo: list[Path | Refusal] = [path]
    while todo:
        one = todo.pop()
        if isinstance(one, Path) and one.is_dir():
            todo.extend(reversed(_list_folder(one, seen)))
        else:
            yield one


def _list_folder(folder: Path, seen: set[tuple[int, int]]) -> list[Path | Refusal]:
    """What a folder holds, by name; nothing where it was seen before."""
    try:
        state = folder.stat()
        if (state.st_dev, state.st_ino) in seen:
            return []
        seen.add((state.st_dev, state.st_ino))
        return [_listed(path) for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    except OSError as error:
        return [refuse(str(folder), Reason.UNREADABLE, _one_line(error))]


def _listed(path: Path) -> Path | Refusal:
    if path.is_dir():
        return path
    if _reader_for(path) is None:
        return refuse(str(path), Reason.UNSUPPORTED_TYPE, f"no reader for {path.suffix or 'this name'}")
    if path.exists() and not path.is_file():  # reading a pipe would wait for ever
        return refuse(str(path), Reason.UNREADABLE, "a pipe, socket or device; name it to read it")
    return path


def _read_file(path: Path, limits: Limits) -> Iterator[Found]:
    try:
        with path.open("rb") as stream:
            source = Opened(str(path), stream, _modified_at(os.fstat(stream.fileno())), limits)
            yield from _read_stream(source, _reader_for(path))
    except OSError as error:
        yield refuse(str(path), Reason.UNREADABLE, _one_line(error))


def _modified_at(state: os.stat_result) -> datetime:
    """When a file was changed; 1970 where that is no year that we can write down."""
    try:
        return datetime.fromtimestamp(state.st_mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _read_stream(source: Opened, reader: Reader | None) -> Iterator[Found]:
    """Read with `reader`, or with the one that the first bytes call for; WARC undoes gzip itself."""
    if reader in READ_FROM_THE_END:
        yield from reader(source)
        return
    start = _read_head(source.stream)
    whole = io.BufferedReader(Rejoined(start, source.stream), PIECE)
    opened = Opened(source.name, whole, source.at, source.limits)
    if not start:
        yield refuse(source.name, Reason.EMPTY, "nothing to read")
    elif reader is _warc or not start.startswith(GZIP_MAGIC):
        yield from (reader or _reader_by_content(start))(opened)
    else:
        yield from _read_gzip(opened, start, reader)


def _read_gzip(source: Opened, start: bytes, reader: Reader | None) -> Iterator[Found]:
    try:
        inner = zlib.decompressobj(31).decompress(start, HEAD_BYTES)
        if reader is None and inner.startswith(b"WARC/"):
            yield from _warc(source)
            return
        plain = gzip.GzipFile(fileobj=source.stream)  # gives what there is before it reports a cut
        unpacked = Opened(source.name, cast("BinaryIO", plain), source.at, source.limits)
        yield from (reader or _reader_by_content(inner))(unpacked)
    except EOFError:
        yield refuse(source.name, Reason.TRUNCATED, "the gzip stream ends early")
    except (gzip.BadGzipFile, zlib.error) as error:
        yield refuse(source.name, Reason.CORRUPT, _one_line(error))


def _warc(source: Opened) -> Iterator[Found]:
    for _, found in read_warc(source.stream, source.name, source.limits, source.at):
        yield found


def _jsonl(source: Opened) -> Iterator[Found]:
    return read_rows(source.stream, source.name, source.limits, source.at)


def _csv(source: Opened) -> Iterator[Found]:
    delimiter = "\t" if ".tsv" in source.name.lower() else ","
    rows = read_csv(source.stream, source.name, source.limits, source.at, delimiter)
    return _or_empty(rows, source.name)


def _parquet(source: Opened) -> Iterator[Found]:
    return _or_empty(read_parquet(Path(source.name), source.at), source.name)


def _or_empty(rows: Iterator[Found], name: str) -> Iterator[Found]:
    """The rows; a table that has none is refused."""
    first = next(rows, None)
    if first is None:
        yield refuse(name, Reason.EMPTY, "no row")
        return
    yield first
    yield from rows


def _wacz(source: Opened) -> Iterator[Found]:
    count = 0
    try:
        with opened_wacz(source.stream) as members:
            for name, stream in members:
                count += 1
                yield from _warc(
                    Opened(f"{source.name}!{name}", cast("BinaryIO", stream), source.at, source.limits)
                )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        yield refuse(source.name, Reason.CORRUPT, _one_line(error))
        return
    if not count:
        yield refuse(source.name, Reason.EMPTY, "no WARC file in its folder archive/")


def _text(source: Opened) -> Iterator[Found]:
    return _document(source, "text/plain")


def _page(source: Opened) -> Iterator[Found]:
    return _document(source, "text/html")


def _document(source: Opened, media_type: str) -> Iterator[Found]:
    limit = source.limits.payload_bytes
    payload = source.stream.read(limit + 1)
    if len(payload) > limit:
        yield refuse(source.name, Reason.TOO_LARGE, f"more than {limit} bytes")
    elif not payload.strip():
        yield refuse(source.name, Reason.EMPTY, "nothing but white space")
    else:
        capture = make_capture(payload, url=None, fetched_at=source.at, media_type=media_type)
        yield Item(capture, payload, payload)


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
    ".wacz": _wacz,
}
READ_FROM_THE_END = {_parquet, _wacz}


def _reader_for(path: Path) -> Reader | None:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return READERS.get(suffixes[-1]) if suffixes else None


def _reader_by_content(start: bytes) -> Reader:
    if start.startswith(b"WARC/"):
        return _warc
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return _jsonl
    return _page if is_markup(start) else _text


def _read_head(stream: BinaryIO) -> bytes:
    """The first bytes: a pipe may give them one by one, so that a look at its buffer would not do."""
    return stream.read(HEAD_BYTES)


def _one_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join((text or type(error).__name__).split())
