"""Sources: a path, a folder or "-" becomes a stream of items, whatever the format.

    .txt .text .md            one document a file
    .html .htm .xhtml         one page a file
    .warc                     one item a response, resource or conversion record
    .jsonl .ndjson            one item a line: {"url"?, "title"?, "text" | "html", "published_at"?, ...}
    folders                   all of these, in the order of their names
    -                         standard input, told by its first bytes

Each may be gzip-compressed (`.gz`). What cannot be read is a refusal with its reason; the rest goes on.
"""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.archive.identity import make_capture
from pipeline.archive.rows import read_rows
from pipeline.archive.warc import read_warc, refuse, sniff
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from pipeline.settings import Limits

Found = Item | Refusal


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
        yield from _read_stream(Opened("-", _buffered(sys.stdin.buffer), now, limits), None)
        return
    for file in list_files(Path(path)):
        yield from _read_file(file, limits) if isinstance(file, Path) else [file]


def list_files(path: Path) -> Iterator[Path | Refusal]:
    """The files below `path` in the order of their names; a folder reached twice by links is read once."""
    if not path.is_dir():
        yield path
        return
    yield from _walk(path, set())


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Refusal]:
    try:
        state = folder.stat()
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield refuse(str(folder), Reason.UNREADABLE, _one_line(error))
        return
    if (state.st_dev, state.st_ino) in seen:
        return
    seen.add((state.st_dev, state.st_ino))
    for name in names:
        path = folder / name
        if name.startswith("."):
            continue
        if path.is_dir():
            yield from _walk(path, seen)
        elif _reader_for(path) is None:
            yield refuse(str(path), Reason.UNSUPPORTED_TYPE, f"no reader for {path.suffix or 'this name'}")
        else:
            yield path


def _read_file(path: Path, limits: Limits) -> Iterator[Found]:
    try:
        with path.open("rb") as stream:
            state = os.fstat(stream.fileno())
            if state.st_size == 0 and path.is_file():
                yield refuse(str(path), Reason.EMPTY, "the file is empty")
                return
            at = datetime.fromtimestamp(state.st_mtime, UTC)
            yield from _read_stream(Opened(str(path), stream, at, limits), _reader_for(path))
    except OSError as error:
        yield refuse(str(path), Reason.UNREADABLE, _one_line(error))


def _read_stream(source: Opened, reader: Reader | None) -> Iterator[Found]:
    """Read with `reader`, or with the one that the first bytes call for; WARC undoes gzip itself."""
    start = _peek(source.stream)
    if not start:
        yield refuse(source.name, Reason.EMPTY, "nothing to read")
        return
    if start[:2] != b"\x1f\x8b":
        yield from (reader or _reader_by_content(start))(source)
        return
    try:
        inner = _peek_gzip(start)
        if inner.startswith(b"WARC/"):
            yield from _warc(source)
            return
        plain = io.BufferedReader(gzip.GzipFile(fileobj=source.stream))
        unpacked = Opened(source.name, plain, source.at, source.limits)
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
}


def _reader_for(path: Path) -> Reader | None:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return READERS.get(suffixes[-1]) if suffixes else None


def _reader_by_content(start: bytes) -> Reader:
    if start.startswith(b"WARC/"):
        return _warc
    if start.lstrip()[:1] == b"{":
        return _jsonl
    return _page if sniff(start) == "text/html" else _text


def _peek(stream: BinaryIO) -> bytes:
    return stream.peek(4096)[:4096] if isinstance(stream, io.BufferedReader) else b""


def _peek_gzip(start: bytes) -> bytes:
    """The first decompressed bytes."""
    return zlib.decompressobj(31).decompress(start, 4096)


def _buffered(stream: BinaryIO) -> BinaryIO:
    """A standard input that can be peeked into."""
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)


def _one_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join((text or type(error).__name__).split())
