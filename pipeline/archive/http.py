"""HTTP messages as archives hold them: head and body split, transfer and content encodings undone, bounded.

Sources: RFC 9112 (message format, chunked), RFC 9110 section 8.4 (content codings), RFC 8878 (zstd).
"""

import io
import zlib
from dataclasses import dataclass

import brotli
import zstandard


class BodyError(ValueError):
    """A body that cannot be decoded."""


class BodyTooLarge(BodyError):
    """A body that decodes to more than the limit."""


@dataclass(frozen=True, slots=True)
class Response:
    """One response: `media_type` without parameters, lower-case; `body` decoded."""

    status: int
    media_type: str
    charset: str | None
    body: bytes


def parse_response(block: bytes, limit: int) -> Response:
    """Parse a raw response. Raises BodyTooLarge above `limit` decoded bytes, BodyError if it is malformed."""
    head, body = _split(block)
    status_line, *lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    headers = _headers(lines)
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunk(body)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = decode(body, coding.strip(), limit)
    if len(body) > limit:
        raise BodyTooLarge(f"{len(body)} bytes")
    media_type, charset = content_type(headers.get("content-type", ""))
    return Response(_status(status_line), media_type, charset, body)


def content_type(value: str) -> tuple[str, str | None]:
    """The media type, lower-case, and the charset parameter of a Content-Type value."""
    media_type, *parameters = value.split(";")
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        if name.strip().lower() == "charset" and charset.strip(" \"'"):
            return media_type.strip().lower(), charset.strip(" \"'").lower()
    return media_type.strip().lower(), None


def _split(block: bytes) -> tuple[bytes, bytes]:
    for mark in (b"\r\n\r\n", b"\n\n"):
        head, found, body = block.partition(mark)
        if found:
            return head, body
    raise BodyError("no end of the headers")


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
    parts = line.split(None, 2)
    if len(parts) < 2 or not parts[0].upper().startswith("HTTP") or not parts[1].isdigit():
        raise BodyError("no status line")
    return int(parts[1])


def _dechunk(body: bytes) -> bytes:
    """Undo chunked coding; a body that is not chunked although it claims so is returned as it is.

    Crawlers often store the decoded body beside the original headers.
    """
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        size = body[at:end].split(b";")[0].strip() if end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            if not parts:
                return body
            raise BodyError("broken chunk") from None
        if length == 0:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + length])
        at = end + 2 + length + 2


def decode(body: bytes, coding: str, limit: int) -> bytes:
    """Undo one content coding, never holding more than `limit` decoded bytes.

    A body without the coding's signature was stored decoded and is returned as it is.
    """
    if coding in ("", "identity") or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflate(body, 31, limit) if body[:2] == b"\x1f\x8b" else body
    if coding == "deflate":
        return _deflate(body, limit)
    if coding == "br":
        return _unbrotli(body, limit)
    if coding == "zstd":
        return _unzstd(body, limit) if body[:4] == b"\x28\xb5\x2f\xfd" else body
    raise BodyError(f"unknown content coding {coding!r}")


def _inflate(body: bytes, window: int, limit: int) -> bytes:
    stream = zlib.decompressobj(window)
    try:
        out = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise BodyError(str(error)) from error
    if len(out) > limit:
        raise BodyTooLarge(f"more than {limit} bytes decoded")
    if not stream.eof:
        raise BodyError("compressed body ends early")
    return out


def _deflate(body: bytes, limit: int) -> bytes:
    """RFC 9110 means zlib by "deflate"; some servers send it raw."""
    if body[0] & 0x0F == 8 and (body[0] << 8 | body[1] if len(body) > 1 else 1) % 31 == 0:
        return _inflate(body, 15, limit)
    if body.lstrip()[:1] == b"<":
        return body
    return _inflate(body, -15, limit)


def _unbrotli(body: bytes, limit: int) -> bytes:
    """Brotli has no signature: text that starts like a page was stored decoded."""
    if body.lstrip()[:1] in (b"<", b"{"):
        return body
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
        raise BodyTooLarge(f"more than {limit} bytes decoded")
    return bytes(out)


def _unzstd(body: bytes, limit: int) -> bytes:
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(io.BytesIO(body)) as stream:
            out = bytes(stream.read(limit + 1))
    except zstandard.ZstdError as error:
        raise BodyError(f"zstd: {error}") from error
    if len(out) > limit:
        raise BodyTooLarge(f"more than {limit} bytes decoded")
    return out
