"""A file on the network, read like one on disk: streamed, guarded, gone on with where a connection broke.

    read ── connection open? ──> next piece
              └─ no ──> GET with Range from the place on ──> redirects, each guarded ──> 206, or 200 and skip

One connection at a time, nothing on disk, one piece in memory. A server that is busy (429, 503) or fails is
asked again after what it says, or after 1, 2, 4 ... seconds; what stays wrong is an OSError.
"""

import asyncio
import email.utils
import random
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpcore

from pipeline.acquire.addresses import AddressError, Target, redirected, target_of
from pipeline.acquire.fetch import REDIRECTS, agent_of, url_of
from pipeline.acquire.guard import (
    ForbiddenAddressError,
    GuardedBackend,
    NoAddressError,
    Resolve,
    allow_list,
    resolve,
)
from pipeline.acquire.seekable import SeekableFile
from pipeline.settings import Network

if TYPE_CHECKING:
    from typing_extensions import Buffer

MOST_REDIRECTS = 10
BUSY = {408, 425, 429, 500, 502, 503, 504}
ATTEMPTS = 8  # in a row without one byte
FIRST_WAIT, LONGEST_WAIT = 1.0, 600.0  # seconds
AHEAD = 1024 * 1024  # a place so little ahead is reached by reading on
TOTAL = re.compile(rb"bytes (\d+)-\d+/(\d+)")
PASSING = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, TimeoutError)
FOR_GOOD = (AddressError, ForbiddenAddressError, NoAddressError)


class BusyError(Exception):
    """The server asks to come again, after `seconds` if it says when."""

    def __init__(self, status: int, seconds: float | None) -> None:
        super().__init__(f"status {status}")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Patience:
    """How failed requests are waited for; tests wait for less."""

    first: float = FIRST_WAIT
    attempts: int = ATTEMPTS
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class _Body:
    """An open answer: its pieces, and the one that is being read."""

    response: httpcore.Response
    pieces: AsyncIterator[bytes]
    piece: memoryview


class RangedFile(SeekableFile):
    """The file at an address. Reading raises OSError; a new request begins where none stands ready.

    Not for use where an event loop runs.
    """

    def __init__(
        self, url: str, network: Network, resolver: Resolve = resolve, patience: Patience | None = None
    ) -> None:
        super().__init__()
        self._url = url
        self._patience = patience or Patience()
        self._agent = agent_of(network)
        self._timeouts = {
            "connect": network.limits.connect_seconds,
            "read": network.limits.read_seconds,
            "write": network.limits.read_seconds,
            "pool": network.limits.read_seconds,
        }
        self._runner = asyncio.Runner()
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(allow_list(network), resolver),
        )
        self._body: _Body | None = None
        self._body_at = 0  # where the open answer stands
        self.size: int | None = None
        self.etag: bytes | None = None

    def end(self) -> int:
        """How many bytes the file has; asked for where no answer has said it yet."""
        if self.size is None:
            self._piece()
        return self.size or 0

    def readinto(self, buffer: "Buffer") -> int:
        """Fill the buffer with what has come; 0 at the end."""
        view = memoryview(buffer)
        piece = self._piece()[: len(view)]
        view[: len(piece)] = piece
        if self._body is not None:
            self._body.piece = self._body.piece[len(piece) :]
        self._at += len(piece)
        self._body_at += len(piece)
        return len(piece)

    def close(self) -> None:
        """End the connection."""
        if not self.closed:
            self._hang_up()
            self._runner.run(self._pool.aclose())
            self._runner.close()
        super().close()

    def _piece(self) -> memoryview:
        """What comes next, asked for as often as it takes; empty at the end."""
        failures = 0
        while not self._is_at_end():
            try:
                piece = self._runner.run(self._next_piece())
            except FOR_GOOD as error:
                raise OSError(f"{self._url}: {error}") from error
            except (*PASSING, BusyError) as error:
                self._hang_up()
                failures += 1
                self._wait(failures, error)
            else:
                if piece:
                    return piece
        return memoryview(b"")

    def _is_at_end(self) -> bool:
        return self.size is not None and self._at >= self.size

    def _wait(self, failures: int, error: Exception) -> None:
        if failures >= self._patience.attempts:
            told = str(error) or type(error).__name__
            raise OSError(f"{self._url}: {told}, {failures} times in a row") from error
        asked = error.seconds if isinstance(error, BusyError) else None
        backoff = self._patience.first * 2 ** max(failures - 1, 0) * random.uniform(0.75, 1.25)
        self._patience.sleep(min(asked if asked is not None else backoff, LONGEST_WAIT))

    async def _next_piece(self) -> memoryview:
        """The piece at hand, or the next one of the open answer, which is opened if need be."""
        if self._body is not None and not self._body_at <= self._at <= self._body_at + AHEAD:
            await self._close_body()
        if self._body is None:
            await self._open()
        while self._body is not None:
            gap = self._at - self._body_at
            passed = min(gap, len(self._body.piece))
            self._body.piece = self._body.piece[passed:]
            self._body_at += passed
            if self._body.piece:
                return self._body.piece
            found = await anext(self._body.pieces, b"")
            self._body.piece = memoryview(found)
            if not found:
                await self._end_body()
        return memoryview(b"")

    async def _end_body(self) -> None:
        """An answer is complete; where the file is not, the rest is asked for. Raises ProtocolError."""
        await self._close_body()
        self.size = self._body_at if self.size is None else self.size
        if self._body_at < self.size:
            raise httpcore.RemoteProtocolError(f"{self._body_at} of {self.size} bytes came")

    async def _open(self) -> None:
        """Ask for what stands from here on. Without a body afterwards, nothing stands there."""
        target, hops = target_of(self._url), 0
        while True:
            response = await self._ask(target)
            location = _header(response, b"location")
            if response.status not in REDIRECTS or location is None:
                break
            await response.aclose()
            hops += 1
            if hops > MOST_REDIRECTS:
                raise AddressError(f"more than {MOST_REDIRECTS} redirects")
            target = target_of(redirected(target.url, location))
        try:
            self._take(response)
        except BaseException:
            await response.aclose()
            raise
        if response.status == 416:
            await response.aclose()
            return
        pieces = response.aiter_stream()
        self._body = _Body(response, aiter(pieces), memoryview(b""))

    async def _ask(self, target: Target) -> httpcore.Response:
        headers = [
            (b"Host", target.authority.encode()),
            (b"User-Agent", self._agent),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
            (b"Range", b"bytes=%d-" % self._at),
        ]
        if self.etag is not None and not self.etag.startswith(b"W/"):
            headers.append((b"If-Range", self.etag))
        request = httpcore.Request(
            "GET", url_of(target), headers=headers, extensions={"timeout": self._timeouts}
        )
        return await self._pool.handle_async_request(request)

    def _take(self, response: httpcore.Response) -> None:
        """What an answer says of the file. Raises OSError where it is no part of the same one."""
        status = response.status
        if status in BUSY:
            raise BusyError(status, _retry_after(response))
        if status == 416:
            self.size = self._at if self.size is None else self.size
            return
        if status not in {200, 206}:
            raise OSError(f"{self._url}: status {status}")
        etag = _header(response, b"etag")
        if self.etag is not None and etag != self.etag:
            raise OSError(f"{self._url}: it was replaced while it was read; run the same again")
        self.etag = etag
        found = TOTAL.match(_header(response, b"content-range") or b"") if status == 206 else None
        if status == 206 and (found is None or int(found[1]) != self._at):
            raise OSError(f"{self._url}: another range than the one asked for")
        length = _header(response, b"content-length") or b""
        size = int(found[2]) if found else int(length) if length.isdigit() else None
        if None not in {size, self.size} and size != self.size:
            raise OSError(f"{self._url}: it has another size than before; run the same again")
        self.size = size if self.size is None else self.size
        self._body_at = self._at if status == 206 else 0

    def _hang_up(self) -> None:
        self._runner.run(self._close_body())

    async def _close_body(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            await body.response.aclose()


def _header(response: httpcore.Response, name: bytes) -> bytes | None:
    return next((value for key, value in response.headers if key.lower() == name), None)


def _retry_after(response: httpcore.Response) -> float | None:
    """Seconds that the server asks to wait: a number or a date (RFC 9110 section 10.2.3)."""
    value = (_header(response, b"retry-after") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
