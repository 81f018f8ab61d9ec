"""One GET, bounded in every direction: bytes on the wire, bytes decoded, headers, redirects, waits, time.

    url ─> target ─> exchange ─┬─> redirect? ─> target ...
                               └─> answer ─> content coding undone ─> Fetched

No cookies, no Referer, no credentials, no proxy or other setting of the environment. What goes wrong is a
`Failed` with its kind, never an exception: an answer is data from strangers.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpcore

from pipeline.acquire.addresses import AddressError, Target, redirected, target_of
from pipeline.acquire.guard import (
    ForbiddenAddressError,
    GuardedBackend,
    GuardedStream,
    NoAddressError,
    Resolve,
    allow_list,
    resolve,
)
from pipeline.acquire.records import Failed, Failure, Fetched, Onward, Validators
from pipeline.acquire.redact import redact_text
from pipeline.archive.http import BodyError, BodyTooLargeError, undo_codings
from pipeline.records import Exchange
from pipeline.settings import FetchLimits, Network

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
NO_BODY = {204, 304}
HEAD_END = re.compile(rb"\r?\n\r?\n")
INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d")
VALIDATOR = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]+")
CODINGS = 2  # content codings of one body; each may hold a full payload
KEEPALIVE_SECONDS = 15.0

Headers = tuple[tuple[bytes, bytes], ...]


class TooLargeError(Exception):
    """More bytes on the wire than allowed."""


class RedirectsError(Exception):
    """Too many redirects, a loop, or one that leads nowhere."""


# The first that fits decides.
FAILURES: tuple[tuple[type[Exception], Failure], ...] = (
    (ForbiddenAddressError, Failure.forbidden_address),
    (NoAddressError, Failure.dns),
    (TooLargeError, Failure.too_large),
    (BodyTooLargeError, Failure.too_large),
    (BodyError, Failure.corrupt),
    (RedirectsError, Failure.redirects),
    (AddressError, Failure.protocol),
    (TimeoutError, Failure.timeout),
    (httpcore.TimeoutException, Failure.timeout),
    (httpcore.NetworkError, Failure.connection),
    (httpcore.ProtocolError, Failure.protocol),
)
EXPECTED = tuple(kind for kind, _ in FAILURES)


@dataclass(slots=True)
class Journey:
    """The hops of one fetch so far, and whether permanent redirects alone led here."""

    url: str
    began: float
    hops: list[Exchange] = field(default_factory=list)
    permanent: bool = True


class Fetcher:
    """An async context manager that holds the connections: `await fetcher.get(url)`."""

    def __init__(
        self,
        network: Network,
        resolver: Resolve = resolve,
        ssl_context: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._network = network
        self._now = now
        self._agent = agent_of(network)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=None,
            max_keepalive_connections=network.requests,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=GuardedBackend(allow_list(network), resolver),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.aclose()

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        limits: FetchLimits | None = None,
        stays: bool = False,
    ) -> Fetched | Failed:
        """Get an address, redirects followed; `validators` go to the address itself only, byte for byte.

        With `stays`, a redirect to another host is the answer, and says where it leads (`Fetched.onward`).
        """
        limits = limits or self._network.limits
        journey = Journey(url, time.monotonic())
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._follow(journey, validators, limits, stays)
        except EXPECTED as error:
            failure, detail = _failure(error)
            return Failed(url, failure, detail, tuple(journey.hops), self._now())

    async def _follow(
        self, journey: Journey, validators: Validators | None, limits: FetchLimits, stays: bool
    ) -> Fetched:
        target = target_of(journey.url)
        seen = {target.url}
        while True:
            exchange, headers = await self._exchange(target, validators, limits)
            journey.hops.append(exchange)
            location = _first(headers, b"location")
            if exchange.status not in REDIRECTS or location is None:
                return self._fetched(journey, headers, limits)
            before, target, validators = target, target_of(redirected(target.url, location)), None
            journey.permanent = journey.permanent and exchange.status in PERMANENT
            if target.url in seen or len(seen) > limits.redirects:
                raise RedirectsError(
                    "a loop" if target.url in seen else f"more than {limits.redirects} redirects"
                )
            if stays and target.host != before.host:
                answer = self._fetched(journey, headers, limits)
                return replace(answer, onward=Onward(target.url, journey.permanent))
            seen.add(target.url)

    def _fetched(self, journey: Journey, headers: Headers, limits: FetchLimits) -> Fetched:
        answer = journey.hops[-1]
        moved = len(journey.hops) > 1 and journey.permanent
        return Fetched(
            url=journey.url,
            hops=tuple(journey.hops),
            status=answer.status,
            final_url=answer.url,
            permanent_url=answer.url if moved else None,
            headers=headers,
            payload=_payload(answer, headers, limits.decoded_bytes),
            fetched_at=self._now(),
            seconds=time.monotonic() - journey.began,
        )

    async def _exchange(
        self, target: Target, validators: Validators | None, limits: FetchLimits
    ) -> tuple[Exchange, Headers]:
        requested_at = self._now()
        timeouts = {
            "connect": limits.connect_seconds,
            "read": limits.read_seconds,
            "write": limits.read_seconds,
            "pool": limits.seconds,
        }
        request_headers = [(b"Host", target.authority.encode()), *self._headers(validators)]
        async with self._pool.stream(
            "GET", url_of(target), headers=request_headers, extensions={"timeout": timeouts}
        ) as response:
            stream = response.extensions["network_stream"]
            assert isinstance(stream, GuardedStream)
            head = _head(bytes(stream.begin), limits.header_bytes)
            body = await _body(response, stream, limits)
            headers = tuple((name.lower(), value) for name, value in response.headers)
            await _close_if_surplus(stream, len(head), headers, response.status)
        sent = stream.sent
        return Exchange(target.url, requested_at, sent, response.status, head, body, stream.address), headers

    def _headers(self, validators: Validators | None) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"User-Agent", self._agent),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"gzip, br, zstd"),
        ]
        for name, value in (
            (b"If-None-Match", validators and validators.etag),
            (b"If-Modified-Since", validators and validators.last_modified),
        ):
            if value and VALIDATOR.fullmatch(value):
                headers.append((name, value))
        return headers


def agent_of(network: Network) -> bytes:
    """The User-Agent: who asks, and where its operator is reached."""
    contact = f"; +{' '.join(network.contact.split())}" if network.contact.strip() else ""
    return f"newsflow/{version('newsflow')} (news archive{contact})".encode("ascii", "replace")


def url_of(target: Target) -> httpcore.URL:
    """A checked address as the HTTP library takes it."""
    return httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )


async def _body(response: httpcore.Response, stream: GuardedStream, limits: FetchLimits) -> bytes:
    """The body as it came. What counts is the wire: chunk lines and trailers cost too."""
    body = bytearray()
    async for piece in response.aiter_stream():
        body += piece
        if stream.received > limits.wire_bytes + limits.header_bytes:
            raise TooLargeError(f"more than {limits.wire_bytes} bytes on the wire")
    return bytes(body)


def _head(begin: bytes, limit: int) -> bytes:
    """Status line and headers as they came, interim answers (100, 103) left out. Raises TooLargeError."""
    at = 0
    while found := HEAD_END.search(begin, at):
        if not INTERIM.match(begin, at):
            if found.end() - at > limit:
                break
            return begin[at : found.end()]
        at = found.end()
    raise TooLargeError(f"more than {limit} bytes of headers")


async def _close_if_surplus(stream: GuardedStream, head_size: int, headers: Headers, status: int) -> None:
    """Close a connection on which more came than announced: it would be read as the next answer."""
    if _first(headers, b"transfer-encoding") is not None:
        return
    announced = 0 if status in NO_BODY else int(_first(headers, b"content-length") or 0)
    if stream.received > head_size + announced:
        await stream.aclose()


def _payload(answer: Exchange, headers: Headers, limit: int) -> bytes:
    """The body, content coding undone; nothing of an error page that cannot be decoded: its status counts."""
    try:
        codings = _all(headers, b"content-encoding").decode("latin-1")
        return undo_codings(answer.body, codings, limit, CODINGS)
    except BodyError:
        if answer.status < 400:
            raise
        return b""


def _first(headers: Headers, name: bytes) -> bytes | None:
    return next((value for key, value in headers if key == name), None)


def _all(headers: Headers, name: bytes) -> bytes:
    return b",".join(value for key, value in headers if key == name)


def _is_tls(error: BaseException) -> bool:
    """Whether TLS failed, rather than waited (its waits are exceptions too)."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return not isinstance(cause, ssl.SSLWantReadError | ssl.SSLWantWriteError)
        cause = cause.__cause__ or cause.__context__
    return False


def _failure(error: BaseException) -> tuple[Failure, str]:
    """Kind and one line for an error of EXPECTED; TLS stands behind a connection error as its cause."""
    text = redact_text(str(error))[:200] or type(error).__name__
    if isinstance(error, httpcore.NetworkError) and _is_tls(error):
        return Failure.tls, text
    return next(failure for kind, failure in FAILURES if isinstance(error, kind)), text
