"""A very small HTTP server for figures of our own: GET of a few known paths, one answer a connection.

It runs in the event loop of what it tells of, so that it falls silent when that hangs. A request is its head,
of bounded size, that comes within seconds; a body is not read.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus

from pipeline.errors import UsageError

HEAD_BYTES = 8 * 1024
SECONDS = 5.0
CONNECTIONS = 32
ENDPOINT = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:.]+\]|[^:\[\]\s]+):|:)?(?P<port>\d{1,5})")
REQUEST = re.compile(rb"([A-Z]+) (/[^\s?#]*)(?:\?\S*)? HTTP/1\.[01]\r\n")
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: HTTPStatus
    media_type: str
    body: bytes


Page = Callable[[], Reply]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the server listens. Port 0 is one that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_endpoint(text: str) -> Endpoint:
    """`HOST:PORT`, or the port alone, which is on loopback. Raises UsageError."""
    found = ENDPOINT.fullmatch(text.strip())
    if found is None or int(found["port"]) > 65535:
        raise UsageError(f"--metrics {text}: write it as HOST:PORT, for example {LOOPBACK}:9464")
    return Endpoint((found["host"] or LOOPBACK).strip("[]"), int(found["port"]))


@asynccontextmanager
async def serving(endpoint: Endpoint, pages: Mapping[str, Page]) -> AsyncIterator[Endpoint]:
    """Serve the pages by their paths; yields where. Raises UsageError where nobody can listen there."""
    slots = asyncio.Semaphore(CONNECTIONS)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(SECONDS), slots:
                await _answer(reader, writer, pages)
        except (TimeoutError, ConnectionError):
            pass  # whoever asked is too slow, or gone
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    try:
        server = await asyncio.start_server(answer, endpoint.host, endpoint.port, limit=HEAD_BYTES)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"--metrics {endpoint}: {why}; name another HOST:PORT") from error
    try:
        yield Endpoint(endpoint.host, server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pages: Mapping[str, Page]
) -> None:
    try:
        reply = reply_to(await reader.readuntil(b"\r\n\r\n"), pages)
    except asyncio.LimitOverrunError:
        reply = _error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    except asyncio.IncompleteReadError:
        return
    writer.write(_head(reply) + reply.body)
    await writer.drain()


def reply_to(head: bytes, pages: Mapping[str, Page]) -> Reply:
    """The answer to a request's head."""
    found = REQUEST.match(head)
    if found is None:
        return _error(HTTPStatus.BAD_REQUEST)
    if found[1] != b"GET":
        return _error(HTTPStatus.METHOD_NOT_ALLOWED)
    page = pages.get(found[2].decode("latin-1"))
    return page() if page else _error(HTTPStatus.NOT_FOUND)


def _head(reply: Reply) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status.value} {reply.status.phrase}",
        f"Content-Type: {reply.media_type}",
        f"Content-Length: {len(reply.body)}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    if reply.status is HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: GET")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _error(status: HTTPStatus) -> Reply:
    return Reply(status, "text/plain; charset=utf-8", f"{status.phrase}\n".encode())
