"""Fetching from a hostile server: a whole answer or a failure with its kind, in bounded time."""

import asyncio
import gzip
import time
from dataclasses import replace

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.acquire.addresses import AddressError, redirected, target_of
from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.guard import ForbiddenAddressError
from pipeline.acquire.records import Failed, Failure, Fetched, Validators
from pipeline.settings import FetchLimits
from tests.acquire.server import QUICK, Answer, Server, ok, redirect, serving


def get(
    page: bytes | Answer,
    limits: FetchLimits = QUICK,
    validators: Validators | None = None,
    pages: dict[str, bytes | Answer] | None = None,
) -> tuple[Fetched | Failed, Server]:
    """Get `/page` from a server of its own."""

    async def run() -> tuple[Fetched | Failed, Server]:
        async with serving(page=page, **(pages or {})) as server, Fetcher(server.network(limits)) as fetcher:
            return await fetcher.get(server.url("/page"), validators=validators), server

    return asyncio.run(run())


def fetched(answer: Fetched | Failed) -> Fetched:
    assert isinstance(answer, Fetched), answer
    return answer


def failure(answer: Fetched | Failed) -> Failure:
    assert isinstance(answer, Failed), answer
    assert "\n" not in answer.detail
    return answer.failure


def test_what_is_asked_and_what_is_kept() -> None:
    page = b'HTTP/1.1 200 Fine\r\nContent-Length:4\r\nX-Odd:  Two \r\nETag: W/"\xe9"\r\n\r\nbody'
    answer, server = get(page)
    got = fetched(answer)
    exchange = got.hops[0]
    assert (got.status, got.payload, got.permanent_url) == (200, b"body", None)
    assert got.header(b"ETag") == b'W/"\xe9"'
    assert exchange.request == server.asked[0]
    assert exchange.head + exchange.body == page
    assert exchange.address == "127.0.0.1"
    head = exchange.request.lower()
    assert b"user-agent: newsflow/" in head
    assert b"+https://news.example/bot" in head
    assert b"accept-encoding: gzip, br, zstd" in head
    assert not any(name in head for name in (b"cookie", b"referer", b"authorization"))


def test_validators_are_echoed_to_the_byte_and_to_the_first_hop_only() -> None:
    validators = Validators(b'W/"caf\xe9, \\"', b"Tuesday, yesterday")
    answer, server = get(redirect("/b"), validators=validators, pages={"b": ok(b"x")})
    assert fetched(answer).final_url.endswith("/b")
    assert b'If-None-Match: W/"caf\xe9, \\"\r\n' in server.asked[0]
    assert b"If-Modified-Since: Tuesday, yesterday\r\n" in server.asked[0]
    assert b"If-" not in server.asked[1]


@pytest.mark.parametrize("value", [b"a\r\nX-Evil: 1", b"a\nb", b"a\x00b", b""])
def test_a_validator_cannot_inject_a_header(value: bytes) -> None:
    answer, server = get(ok(b"x"), validators=Validators(etag=value))
    fetched(answer)
    assert b"If-None-Match" not in server.asked[0]
    assert b"Evil" not in server.asked[0]


def test_credentials_of_an_address_are_never_sent() -> None:
    async def run() -> tuple[Fetched | Failed, Server]:
        async with serving(page=ok(b"x")) as server, Fetcher(server.network()) as fetcher:
            return await fetcher.get(server.url("/page").replace("//", "//user:pw@")), server

    answer, server = asyncio.run(run())
    assert "pw" not in fetched(answer).final_url
    assert b"uthorization" not in server.asked[0]


def test_cookies_are_not_kept() -> None:
    answer, server = get(ok(b"", b"Set-Cookie: a=b", b"Location: /b", status=b"302 x"), pages={"b": ok(b"x")})
    fetched(answer)
    assert b"ookie" not in server.asked[1]


@pytest.mark.parametrize(
    ("statuses", "permanent"), [([301, 308], True), ([301, 302], False), ([307, 301], False), ([303], False)]
)
def test_a_move_is_permanent_when_every_hop_is(statuses: list[int], permanent: bool) -> None:
    names = [*(f"hop{at}" for at in range(1, len(statuses))), "end"]
    hops = [redirect(f"/{name}", status) for name, status in zip(names, statuses, strict=True)]
    pages: dict[str, bytes | Answer] = dict(zip(names, [*hops[1:], ok(b"x")], strict=True))
    got = fetched(get(hops[0], pages=pages)[0])
    assert (got.permanent_url is not None) is permanent
    assert len(got.hops) == len(statuses) + 1


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(b"text" * 9, mtime=0)),
        (b"br", brotli.compress(b"text" * 9)),
        (b"zstd", zstandard.compress(b"text" * 9)),
        (b"gzip, br", brotli.compress(gzip.compress(b"text" * 9, mtime=0))),
    ],
)
def test_content_codings_are_undone_and_the_wire_is_kept(coding: bytes, body: bytes) -> None:
    got = fetched(get(ok(body, b"Content-Encoding: " + coding))[0])
    assert (got.payload, got.hops[0].body) == (b"text" * 9, body)


@pytest.mark.parametrize("status", [b"410 Gone", b"429 Slow Down", b"503 Down"])
def test_an_error_keeps_its_status_although_its_page_is_corrupt(status: bytes) -> None:
    got = fetched(get(ok(b"\x1f\x8bjunk", b"Content-Encoding: gzip", status=status))[0])
    assert (b"%d" % got.status, got.payload) == (status[:3], b"")
    assert got.hops[-1].body == b"\x1f\x8bjunk"


def test_a_contact_cannot_inject_a_header() -> None:
    async def run() -> bytes:
        async with serving(page=ok(b"x")) as server:
            network = replace(server.network(), contact="a@b.example\r\nX-Evil: 1")
            async with Fetcher(network) as fetcher:
                fetched(await fetcher.get(server.url("/page")))
            return server.asked[0]

    assert b"\r\nX-Evil" not in asyncio.run(run())


def test_chunks_are_joined() -> None:
    got = fetched(
        get(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n")[0]
    )
    assert got.payload == b"abc"


async def drip(writer: asyncio.StreamWriter) -> None:
    """One byte of an endless header now and then: each read is in time, the whole is not."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.1)


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"a" * 65536)
        await writer.drain()


async def endless_chunk_lines(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1;" + b"x" * 50_000 + b"\r\na\r\n")
        await writer.drain()


async def endless_interim(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 1000)
        await writer.drain()


async def big_header(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000_000 + b"\r\n\r\n")
    await writer.drain()


SMALL = replace(QUICK, wire_bytes=1_000_000, seconds=1.5)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (drip, {Failure.timeout}),
        (silence, {Failure.timeout}),
        (endless, {Failure.too_large}),
        (endless_chunk_lines, {Failure.too_large}),
        (endless_interim, {Failure.timeout, Failure.too_large}),
        (big_header, {Failure.protocol, Failure.too_large}),
        (ok(b"x", b"X: " + b"a" * 80_000), {Failure.too_large}),
        (ok(b"short", length=50), {Failure.protocol, Failure.timeout}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", {Failure.protocol}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", {Failure.protocol}),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", {Failure.protocol}),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", {Failure.protocol}),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", {Failure.protocol}),
        (b"SSH-2.0-OpenSSH_9.2\r\n", {Failure.protocol}),
        (b"", {Failure.protocol}),
        (ok(b"\x1f\x8bjunk", b"Content-Encoding: gzip"), {Failure.corrupt}),
        (ok(gzip.compress(b"text" * 99, mtime=0)[:-9], b"Content-Encoding: gzip"), {Failure.corrupt}),
        (ok(b"x", b"Content-Encoding: gzip,gzip,gzip"), {Failure.corrupt}),
        (ok(b"x", b"Content-Encoding: rot13"), {Failure.corrupt}),
        (redirect("/page"), {Failure.redirects}),
        (redirect("http://[bad/"), {Failure.protocol}),
        (redirect("http://"), {Failure.redirects}),
        (redirect("javascript:alert(1)"), {Failure.forbidden_address}),
    ],
)
def test_hostile_answers(page: bytes | Answer, expected: set[Failure]) -> None:
    began = time.monotonic()
    assert failure(get(page, SMALL)[0]) in expected
    assert time.monotonic() - began < SMALL.seconds + 1


def test_redirects_without_end() -> None:
    pages: dict[str, bytes | Answer] = {f"n{at}": redirect(f"/n{at + 1}") for at in range(20)}
    answer, server = get(redirect("/n0"), pages=pages)
    assert failure(answer) is Failure.redirects
    assert len(server.asked) == QUICK.redirects + 1


def test_more_than_announced_is_not_the_next_answer() -> None:
    async def run() -> list[bytes]:
        surplus = ok(b"one", length=3) + ok(b"smuggled")
        async with serving(a=surplus, b=ok(b"two")) as server, Fetcher(server.network()) as fetcher:
            return [fetched(await fetcher.get(server.url(path))).payload for path in ("/a", "/b")]

    assert asyncio.run(run()) == [b"one", b"two"]


def test_nobody_listens_and_nobody_shakes_hands() -> None:
    async def run() -> list[Failure]:
        async with serving(a=ok(b"x")) as server, Fetcher(server.network()) as fetcher:
            tls = await fetcher.get(server.url("/a").replace("http:", "https:"))
        async with Fetcher(server.network()) as fetcher:
            return [failure(tls), failure(await fetcher.get(server.url("/a")))]

    tls, nobody = asyncio.run(run())
    assert (tls, nobody) == (Failure.timeout, Failure.connection)


def test_a_server_that_speaks_plain_text_on_a_tls_port() -> None:
    async def blurt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> Failure:
        listener = await asyncio.start_server(blurt, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with listener, Fetcher(Server(port=port).network()) as fetcher:
            return failure(await fetcher.get(f"https://127.0.0.1:{port}/"))

    assert asyncio.run(run()) is Failure.tls


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_any_bytes_are_an_answer_or_a_failure(data: bytes) -> None:
    answer, _ = get(b"HTTP/1.1 200 OK\r\n" + data, replace(QUICK, seconds=0.5, read_seconds=0.2))
    assert isinstance(answer, Fetched | Failed)


@given(st.binary(max_size=200))
def test_any_location_is_an_address_or_an_error(location: bytes) -> None:
    try:
        target = target_of(redirected("http://a.example/x/y?z", location))
    except (AddressError, ForbiddenAddressError):
        return
    assert target.url.isascii()
    assert not set(target.url) & set("\r\n\t \x00")
    assert target_of(target.url) == target


@given(st.text(max_size=80))
def test_any_text_as_an_address(text: str) -> None:
    try:
        target = target_of("http://" + text)
    except (AddressError, ForbiddenAddressError):
        return
    assert "@" not in target.authority
    assert target_of(target.url) == target
