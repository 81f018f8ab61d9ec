"""HTTP messages as archives hold them: head and body split, transfer and content encodings undone, bounded.

Sources: RFC 9112 (message format, chunked), RFC 9110 section 8.4 (content codings), RFC 8878 and 9659 (zstd).
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import brotli
import zstandard

CODINGS = 5  # more than one is rare; each costs up to a full payload
BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n")
STATUS_LINE = re.compile(r"HTTP/?[\d.]*\s+([1-5][0-9][0-9])(?:\s|$)", re.ASCII | re.IGNORECASE)
CHUNK_LINE = 1024
CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,12}")
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80}", re.ASCII)
CHARSET = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: no more for HTTP
ZSTD_PIECE = 256  # a block of 4 bytes can hold 128 KiB, so that a piece cannot hold more than 8 MiB


class BodyError(ValueError):
    """A body that cannot be decoded."""


class BodyTooLargeError(BodyError):
    """A body that decodes to more than the limit."""


@dataclass(frozen=True, slots=True)
class Response:
    """One response, its headers parsed.

    `media_type`: lower-case, without parameters; `headers` by lower-case name; `raw`: the body as it came.
    """

    status: int
    media_type: str
    charset: str | None
    headers: Mapping[str, str]
    raw: bytes

    def body(self, limit: int) -> bytes:
        """The body, transfer and content codings undone.

        Raises BodyTooLargeError above `limit` decoded bytes, BodyError where it is malformed.
        """
        is_chunked = "chunked" in self.headers.get("transfer-encoding", "").lower()
        raw = _dechunk(self.raw) if is_chunked else self.raw
        return undo_codings(raw, self.headers.get("content-encoding", ""), limit)


def parse_response(block: bytes) -> Response:
    """Parse a raw response. Raises BodyError where it is malformed."""
    head, body = _split(block)
    status_line, *lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    headers = _headers(lines)
    media_type, charset = content_type(headers.get("content-type", ""))
    return Response(_status(status_line), media_type, charset, headers, body)


def media_type_of(block: bytes) -> str:
    """The media type that a raw response claims; "" for none."""
    try:
        return parse_response(block).media_type
    except BodyError:
        return ""


def undo_codings(body: bytes, content_encoding: str, limit: int, most: int = CODINGS) -> bytes:
    """Undo all codings of a Content-Encoding value, `most` of them at the most, the last one first.

    Raises BodyTooLargeError above `limit` decoded bytes, BodyError where it is malformed.
    """
    codings = [coding.strip() for coding in content_encoding.lower().split(",")]
    if len(codings) > most:
        raise BodyError(f"{len(codings)} content codings")
    for coding in reversed(codings):
        body = decode(body, coding, limit)
    if len(body) > limit:
        raise BodyTooLargeError(f"{len(body)} bytes")
    return body


def content_type(value: str) -> tuple[str, str | None]:
    """The media type, lower-case, and the charset parameter of a Content-Type value; "" and None for none."""
    media_type, *parameters = value.lower().split(";")
    kind = media_type.strip() if MEDIA_TYPE.fullmatch(media_type.strip()) else ""
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        if name.strip() == "charset" and CHARSET.fullmatch(charset.strip(" \"'")):
            return kind, charset.strip(" \"'")
    return kind, None


def is_markup(payload: bytes) -> bool:
    """Whether a payload begins as HTML or XML does."""
    return payload[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _split(block: bytes) -> tuple[bytes, bytes]:
    """Head and body, at the first empty line."""
    blank = BLANK_LINE.search(block)
    if blank is None:
        raise BodyError("no end of the headers")
    return block[: blank.start()], block[blank.end() :]


def _headers(lines: list[str]) -> dict[str, str]:
    """Names lower-case; a repeated header is joined with commas (RFC 9110 section 5.2)."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    return headers


def _status(line: str) -> int:
    found = STATUS_LINE.match(line)
    if found is None:
        raise BodyError("no status line")
    return int(found[1])


def _dechunk(body: bytes) -> bytes:
    """Undo chunked coding; a body that is not chunked although it claims so is returned as it is.

    Crawlers often store the decoded body beside the original headers.
    """
    parts: list[bytes] = []
    at = 0
    while chunk := _chunk_at(body, at):
        begin, end = chunk
        if begin == end:
            return b"".join(parts)
        parts.append(body[begin:end])
        at = end + 2
    if parts:
        raise BodyError("broken chunk")
    return body


def _chunk_at(body: bytes, at: int) -> tuple[int, int] | None:
    """Where the data of the chunk at `at` begins and ends; None where there is no whole chunk."""
    line = body[at : at + CHUNK_LINE].partition(b"\r\n")[0]
    size = line.partition(b";")[0].strip()
    if not CHUNK_SIZE.fullmatch(size):
        return None
    begin = at + len(line) + 2
    end = begin + int(size, 16)
    if end > len(body):
        raise BodyError("the last chunk is cut")
    is_whole = end == begin or body[end : end + 2] in (b"\r\n", b"")
    return (begin, end) if is_whole else None


def decode(body: bytes, coding: str, limit: int) -> bytes:
    """Undo one content coding, never holding much more than `limit` decoded bytes.

    Crawlers often store the decoded body beside the original headers: a body without the coding's signature,
    or one that begins as a page does and is not in the coding, is returned as it is.
    """
    if coding in ("", "identity", "none") or not body:
        return body
    try:
        return _undo(body, coding, limit)
    except BodyTooLargeError:
        raise
    except BodyError:
        if is_markup(body):
            return body
        raise


def _undo(body: bytes, coding: str, limit: int) -> bytes:
    if coding in ("gzip", "x-gzip"):
        return _gunzip(body, limit) if body.startswith(GZIP_MAGIC) else body
    if coding == "deflate":
        return _deflate(body, limit)
    if coding == "br":
        return _unbrotli(body, limit)
    if coding == "zstd":
        return _unzstd(body, limit) if body.startswith(ZSTD_MAGIC) else body
    raise BodyError(f"unknown content coding {coding[:40]!r}")


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members (RFC 1952 section 2.2), mostly one; what follows them is no part of the body."""
    out, rest = _inflate(body, 31, limit)
    while rest.startswith(GZIP_MAGIC):
        more, rest = _inflate(rest, 31, limit - len(out))
        out += more
    return out


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    """The decoded bytes, and what stands behind them."""
    stream = zlib.decompressobj(window)
    try:
        out = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise BodyError(str(error)) from error
    if len(out) > limit:
        raise BodyTooLargeError(f"more than {limit} bytes decoded")
    if not stream.eof:
        raise BodyError("compressed body ends early")
    return out, stream.unused_data


def _deflate(body: bytes, limit: int) -> bytes:
    """RFC 9110 means zlib by "deflate"; some servers send it raw."""
    is_zlib = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate(body, 15 if is_zlib else -15, limit)[0]


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    out = bytearray()
    try:
        out += stream.process(body, output_buffer_limit=limit + 1)
        while not stream.is_finished() and len(out) <= limit:
            piece = stream.process(b"", output_buffer_limit=limit + 1 - len(out))
            if not piece:
                raise BodyError("compressed body ends early")
            out += piece
    except brotli.error as error:
        raise BodyError(f"brotli: {error}") from error
    if len(out) > limit:
        raise BodyTooLargeError(f"more than {limit} bytes decoded")
    return bytes(out)


def _unzstd(body: bytes, limit: int) -> bytes:
    """The first frame. Fed in small pieces, because the decoder has no limit on what it gives out."""
    stream = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
    out = bytearray()
    try:
        for at in range(0, len(body), ZSTD_PIECE):
            out += stream.decompress(body[at : at + ZSTD_PIECE])
            if len(out) > limit:
                raise BodyTooLargeError(f"more than {limit} bytes decoded")
            if stream.eof:
                return bytes(out)
    except zstandard.ZstdError as error:
        raise BodyError(f"zstd: {error}") from error
    raise BodyError("compressed body ends early")
