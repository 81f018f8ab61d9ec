"""Where records begin and end in a WARC file (ISO 28500:2017), and what is damage between them.

    bytes ──┬─ gzip members ── inflate ──┬── records
            └─ plain ────────────────────┘

Reads forward only, so standard input is as good as a file. A record is given out when its end has been seen:
the blank lines behind it, or its gzip member whole with its checksum. A damaged stretch costs one Damage, and
reading goes on at the next gzip member or record line that heads a record. Memory is bounded by the limit on
one record.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from isal import isal_zlib

GZIP_MAGIC = b"\x1f\x8b"
INFLATE_ERROR = cast("type[Exception]", isal_zlib.error)  # its stubs call it an instance
PIECE = 256 * 1024
PACKED = 64 * 1024  # of a gzip member at once: most pages have less, and what is too much is copied twice
HEAD_BYTES = 32 * 1024  # of one record's header lines; a browser's longest address has 2 KiB
START_BYTES = 16  # a record line with the blank lines before it
START = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]|WARC/\d\.\d{1,2}\r?\n[\w-]{1,80}:")
LONGEST_START = 128  # more than START can match; the longest name of a header in the standard has 28 bytes
RECORD_LINE = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")
BLANK_LINES = (b"\r\n\r\n", b"\n\n")
BLANK_LINE = re.compile(b"|".join(BLANK_LINES))


class DamagedError(ValueError):
    """What stands here is no whole record."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of the file, from `offset`, that holds no readable record."""

    offset: int
    detail: str


@dataclass(frozen=True, slots=True)
class Framed:
    """One record: its headers by lower-case name, and its block.

    `offset` is where its gzip member or its first line starts, counted from where reading began; `ordinal`
    counts the records of one member. `block` is None where `length` is above the limit, and where only
    `present` bytes of it are there because the file or the member ends. `member` is the gzip member, where it
    holds this whole record and nothing else.
    """

    offset: int
    ordinal: int
    headers: Mapping[str, str]
    length: int
    present: int
    block: bytes | None
    member: bytes | None = None


class Source(Protocol):
    """Bytes to be read in order, with a look ahead."""

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer only at the end."""

    def take(self, size: int) -> bytes:
        """The next bytes, and go behind them."""


def frame_records(stream: BinaryIO, limit: int) -> Iterator[Framed | Damage]:
    """All whole records of a stream, with blocks up to `limit` bytes, and the damage between them.

    A record that the end of the file cuts short is given with the part of its block that is there. Raises
    OSError where the stream does.
    """
    raw = Raw(stream, hold=limit + 4 * HEAD_BYTES)
    at = 0
    while raw.peek(at, 1):
        raw.release(at)
        try:
            if raw.peek(at, 2) == GZIP_MAGIC:
                at = yield from _member(raw, at, limit)
            else:
                at = yield from _plain(raw, at, limit)
        except DamagedError as error:
            yield Damage(at, str(error))
            at = _next_start(raw, at + 1)


class Raw:
    """The bytes of a stream by offset; what was released is gone. At most about `hold` bytes are kept."""

    def __init__(self, stream: BinaryIO, hold: int) -> None:
        self._stream = stream
        self._hold = hold
        self._held = bytearray()
        self._start = 0
        self._ended = False

    def peek(self, at: int, size: int) -> bytes:
        """The bytes from `at`, fewer only at the end; what was released is passed over."""
        begin = max(at - self._start, 0)
        while len(self._held) < begin + size and not self._ended:
            piece = self._stream.read(PIECE)
            self._ended = not piece
            self._held += piece
        return bytes(memoryview(self._held)[begin : begin + size])

    def count(self, at: int, size: int) -> int:
        """How many of `size` bytes from `at` are there, of those that were peeked behind."""
        return max(0, min(size, self._start + len(self._held) - at))

    def release(self, at: int) -> None:
        """Forget what stands before `at`."""
        gone = min(at - self._start, len(self._held))
        if gone > 0:
            del self._held[:gone]
            self._start += gone

    def bound(self, at: int) -> None:
        """Forget what stands before `at` where it has become much: the way back is lost."""
        if at - self._start > self._hold:
            self.release(at)

    def first_held(self, at: int) -> int:
        """`at`, or the first byte behind it that is still held."""
        return max(at, self._start)


class Plain:
    """Uncompressed records."""

    def __init__(self, raw: Raw, at: int) -> None:
        self._raw = raw
        self.at = at

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer only at the end."""
        return self._raw.peek(self.at, size)

    def take(self, size: int) -> bytes:
        """The next bytes, and go behind them."""
        taken = self.peek(size)
        self.at += len(taken)
        self._raw.bound(self.at)
        return taken


class Member:
    """The content of one gzip member. Raises DamagedError where it cannot be inflated."""

    def __init__(self, raw: Raw, at: int) -> None:
        self._raw = raw
        self._inflate = isal_zlib.decompressobj(31)
        self._ready = bytearray()
        self.at = at

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer only at the end."""
        while len(self._ready) < size and self._more(size - len(self._ready)):
            pass
        return bytes(memoryview(self._ready)[:size])

    def take(self, size: int) -> bytes:
        """The next bytes, and go behind them."""
        taken = self.peek(size)
        del self._ready[: len(taken)]
        self._raw.bound(self.at)
        return taken

    def _more(self, wanted: int) -> bool:
        """Inflate up to `wanted` bytes or a little more; False where the member or the file ends."""
        if self._inflate.eof:
            return False
        packed = self._raw.peek(self.at, PACKED if wanted > HEAD_BYTES else PACKED // 4)
        try:
            out = self._inflate.decompress(packed, max(wanted, HEAD_BYTES))
        except INFLATE_ERROR as error:
            raise DamagedError(f"a damaged gzip member ({error})") from error
        left = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
        self.at += len(packed) - len(left)
        self._ready += out
        return bool(packed or out)


def _member(raw: Raw, at: int, limit: int) -> Generator[Framed, None, int]:
    """The records of one gzip member, mostly one; returns the offset behind it."""
    source = Member(raw, at)
    ordinal = 0
    while True:
        headers = _head(source)
        length = _length(headers)
        block = source.take(length) if length <= limit else None
        present = len(block) if block is not None else _skip(source, length)
        following = _skip_blank(source)
        if following and not RECORD_LINE.match(following):
            raise DamagedError("a record of another length than it says")
        if present < length:
            block = None
        is_alone = block is not None and not following and ordinal == 0 and raw.first_held(at) == at
        member = raw.peek(at, source.at - at) if is_alone else None
        yield Framed(at, ordinal, headers, length, present, block, member)
        if not following:
            return source.at
        ordinal += 1


def _plain(raw: Raw, at: int, limit: int) -> Generator[Framed, None, int]:
    """The record at `at`; returns where to go on. Its end is looked at before its block is copied."""
    source = Plain(raw, at)
    headers = _head(source)
    length = _length(headers)
    if length > limit:
        present, block = _skip(source, length), None
        following = source.peek(START_BYTES)
    else:
        following = raw.peek(source.at + length, START_BYTES)
        present, block = raw.count(source.at, length), None
    if not _is_end(following):
        raise DamagedError("a record of another length than it says")
    if length <= limit and present == length:
        block = source.take(length)
    yield Framed(at, 0, headers, length, present, block)
    if present < length:
        return _next_start(raw, at + 1)
    _skip_blank(source)
    return source.at


def _is_end(following: bytes) -> bool:
    """Whether a plain record may end before these bytes."""
    rest = following.lstrip(b"\r\n")
    return not rest or following.startswith(BLANK_LINES) or RECORD_LINE.match(rest) is not None


def _length(headers: Mapping[str, str]) -> int:
    size = headers.get("content-length", "")
    if not (size.isascii() and size.isdigit() and len(size) <= 15):
        raise DamagedError("a record without a length")
    return int(size)


def _skip(source: Source, size: int) -> int:
    """Go behind the next bytes; returns how many were there."""
    left = size
    while left > 0 and (taken := source.take(min(left, PIECE))):
        left -= len(taken)
    return size - left


def _head(source: Source) -> dict[str, str]:
    """The header lines; of a repeated name the first counts. Leaves the source at the block."""
    if not RECORD_LINE.match(source.peek(START_BYTES)):
        raise DamagedError("no record starts here")
    window = source.peek(HEAD_BYTES)
    if (blank := BLANK_LINE.search(window)) is None:
        raise DamagedError("a record's header without an end")
    source.take(blank.end())
    headers: dict[str, str] = {}
    for line in window[: blank.start()].decode("utf-8", "replace").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _skip_blank(source: Source) -> bytes:
    """Go behind blank lines; returns the bytes that follow."""
    while (following := source.peek(START_BYTES)).startswith((b"\r", b"\n")):
        source.take(len(following) - len(following.lstrip(b"\r\n")))
    return following


def _next_start(raw: Raw, at: int) -> int:
    """The offset of the first record or member at or behind `at` that can be read; else the end."""
    at = raw.first_held(at)
    while window := raw.peek(at, PIECE):
        for hit in START.finditer(window):
            if _is_start(raw, at + hit.start()):
                return at + hit.start()
        if len(window) < PIECE:
            return at + len(window)
        at += PIECE - LONGEST_START
        raw.bound(at)
    return at


def _is_start(raw: Raw, at: int) -> bool:
    is_packed = raw.peek(at, 2) == GZIP_MAGIC
    try:
        _head(Member(raw, at) if is_packed else Plain(raw, at))
    except DamagedError:
        return False
    return True
