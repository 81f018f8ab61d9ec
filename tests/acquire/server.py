"""A server on loopback that says the bytes it is told and keeps what it was asked; a clock by hand."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.settings import FetchLimits, Network

# Writes an answer; True where the connection may be used again.
Answer = Callable[[asyncio.StreamWriter], Awaitable[bool | None]]
QUICK = FetchLimits(seconds=3.0, connect_seconds=1.0, read_seconds=1.0)


@dataclass
class Server:
    """`pages`: path -> raw bytes or a function that writes; `asked`: each request's head as it came.

    `choose` takes the place of `pages`: from a request's head to its answer.
    """

    port: int = 0
    pages: dict[str, bytes | Answer] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    choose: Callable[[bytes], bytes | Answer] | None = None

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def network(self, limits: FetchLimits = QUICK) -> Network:
        return Network(contact="https://news.example/bot", allow=(f"127.0.0.1:{self.port}",), limits=limits)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.asked.append(head)
                page = self.choose(head) if self.choose else self.pages.get(head.split(b" ")[1].decode(), b"")
                if not isinstance(page, bytes):
                    if await page(writer):
                        continue
                    break
                writer.write(page)
                await writer.drain()
                if not page or b"content-length" not in page.lower() or b"close" in page.lower():
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client went, or the test is over
        finally:
            writer.close()


@asynccontextmanager
async def serving(**pages: bytes | Answer) -> AsyncIterator[Server]:
    """A server with a page for each name: `home=...` is at `/home`."""
    server = Server(pages={f"/{name}": page for name, page in pages.items()})
    async with listening(server):
        yield server


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[None]:
    """The server at a free port of loopback."""
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        listener.close()


def ok(body: bytes = b"", *headers: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    """A whole answer; `length` claims another one."""
    lines = [
        b"HTTP/1.1 " + status,
        b"Content-Length: %d" % (len(body) if length is None else length),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def redirect(location: str | bytes, status: int = 302) -> bytes:
    where = location.encode() if isinstance(location, str) else location
    return ok(b"", b"Location: " + where, status=b"%d Moved" % status)


class VirtualClock:
    """Time that passes only when everyone waits: the earliest sleeper is woken, at its own time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._now

    def pass_time(self, **span: float) -> None:
        self._now += timedelta(**span)

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), self._count, future))
        await future

    def next_at(self) -> datetime | None:
        """When the earliest sleeper wakes; None where nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def wake_next(self) -> None:
        """Move the time on to the earliest sleeper and wake it."""
        if (at := self.next_at()) is not None:
            self._now = max(self._now, at)
            heapq.heappop(self._sleepers)[2].set_result(None)

    async def run(self, *work: Awaitable[object]) -> None:
        """Run everything to its end, moving the time on whenever nothing else can happen."""
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if not all(task.done() for task in tasks):
                self.wake_next()
        await asyncio.gather(*tasks)
