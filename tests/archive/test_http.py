"""HTTP messages from archives: every coding undone, nothing held beyond the limit."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from pipeline.archive.http import BodyError, BodyTooLargeError, content_type, decode, parse_response
from tests.archive.samples import response

LIMIT = 1 << 20
BODY = b"<html><p>" + b"A page about the harbour. " * 400 + b"</p></html>"


def body_of(block: bytes) -> bytes:
    return parse_response(block).body(LIMIT)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def streamed_zstd(data: bytes) -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()  # a frame that does not say its size
    return packer.compress(data) + packer.flush()


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", lambda data: brotli.compress(data, quality=3)),
    "zstd": ("zstd", zstandard.ZstdCompressor().compress),
    "streamed zstd": ("zstd", streamed_zstd),
}


def chunked(body: bytes, size: int = 1000) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return (
        b"".join(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        + b"0\r\nX-Trailer: 1\r\n\r\n"
    )


@pytest.mark.parametrize("name", CODINGS)
def test_codings_are_undone(name: str) -> None:
    coding, pack = CODINGS[name]
    assert decode(pack(BODY), coding, LIMIT) == BODY


@pytest.mark.parametrize("name", CODINGS)
def test_bodies_that_were_stored_decoded_stay(name: str) -> None:
    for body in (BODY, b"\xef\xbb\xbf" + BODY, b"\n  <!doctype html>" + BODY):
        assert decode(body, CODINGS[name][0], LIMIT) == body


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_that_ends_early_is_no_body(name: str) -> None:
    coding, pack = CODINGS[name]
    with pytest.raises(BodyError):
        decode(pack(BODY)[:-6], coding, LIMIT)


@pytest.mark.parametrize("name", CODINGS)
def test_a_bomb_is_held_to_the_limit(name: str) -> None:
    coding, pack = CODINGS[name]
    bomb = pack(bytes(200 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLargeError):
            decode(bomb, coding, LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_brotli_stream_that_looks_like_text_is_undone() -> None:
    """Byte 0x0B starts most brotli streams and counts as white space; the next byte may be `<` or `{`."""
    tried = 0
    for length in range(20, 3000):
        packed = brotli.compress(bytes(index * 7919 % 251 for index in range(length)))
        if packed.lstrip()[:1] in (b"<", b"{"):
            tried += 1
            assert len(decode(packed, "br", LIMIT)) == length
    assert tried


@pytest.mark.parametrize("coding", ["", "identity", "none", "utf-8", "unknown"])
def test_codings_that_are_none(coding: str) -> None:
    assert decode(BODY, coding, LIMIT) == BODY


def test_an_unknown_coding_of_bytes_is_refused() -> None:
    with pytest.raises(BodyError, match="unknown content coding"):
        decode(b"\x01\x02", "unknown", LIMIT)


def test_codings_stack_but_not_without_end() -> None:
    twice = gzip.compress(brotli.compress(BODY))
    assert body_of(response(twice, "Content-Encoding: br, gzip")) == BODY
    assert body_of(response(twice, "Content-Encoding: br", "Content-Encoding: gzip")) == BODY
    with pytest.raises(BodyError, match="9 content codings"):
        body_of(response(BODY, "Content-Encoding: " + ", ".join(["gzip"] * 9)))


def test_all_members_of_a_gzip_body_are_read() -> None:
    assert decode(gzip.compress(b"<p>one") + gzip.compress(b" two") + b"\0\0", "gzip", LIMIT) == b"<p>one two"


def test_chunks_are_joined_and_decoded() -> None:
    headers = ("Transfer-Encoding: chunked", "Content-Encoding: gzip")
    assert body_of(response(chunked(gzip.compress(BODY), 100), *headers)) == BODY


@pytest.mark.parametrize("body", [BODY, b"zz\r\n" + BODY, b"-6\r\n", b"", b"0x10\r\nabc", b"1_0\r\nabc"])
def test_bodies_that_only_claim_to_be_chunked_stay(body: bytes) -> None:
    assert body_of(response(body, "Transfer-Encoding: chunked")) == body


@pytest.mark.parametrize("body", [chunked(BODY)[:-200], b"5\r\nabcde\r\nzz\r\n", b"ffffffffff\r\nabc"])
def test_a_cut_chunk_is_no_body(body: bytes) -> None:
    with pytest.raises(BodyError, match="chunk"):
        body_of(response(body, "Transfer-Encoding: chunked"))


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"HTTP/1.1 200 OK",
        b"<html>\n\n<p>",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 9999999999 x\r\n\r\n",
        b"HTTP/1.1 \xb2\xb2\xb2 OK\r\n\r\n",
        b"HTTP/1.1 -20 OK\r\n\r\n",
    ],
)
def test_what_is_no_response(block: bytes) -> None:
    with pytest.raises(BodyError):
        parse_response(block)


def test_the_head_ends_at_the_first_empty_line() -> None:
    found = parse_response(b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>one\r\n\r\ntwo: three")
    assert found.body(LIMIT) == b"<p>one\r\n\r\ntwo: three"
    assert found.media_type == "text/html"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('Text/HTML; Charset="UTF-8"', ("text/html", "utf-8")),
        ("text/html;charset=", ("text/html", None)),
        ("text/html; charset=a\x00b", ("text/html", None)),
        ("nonsense", ("", None)),
        ("", ("", None)),
        ("x" * 500 + "/y", ("", None)),
    ],
)
def test_content_types(value: str, expected: tuple[str, str | None]) -> None:
    assert content_type(value) == expected
