"""The guard: no request reaches the user's own network, whatever addresses, redirects and name servers say.

Names are resolved here and the connection goes to a checked address, so that a second, different answer of
a name server (DNS rebinding) has nobody to ask. The peer of the open socket is checked once more.

Sources: the IANA registries of special addresses (RFC 6890), RFC 6052, 8215 (NAT64),
RFC 3056 (6to4), RFC 6598 (shared address space), RFC 4291 section 2.5.5 (IPv4 in IPv6),
RFC 3879 (site-local).
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore

from pipeline.errors import UsageError
from pipeline.settings import Network

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]  # host, port -> addresses; raises OSError

TRIES = 4  # addresses of one name that are tried
FORBIDDEN = tuple(
    ip_network(text)
    for text in (
        # IPv4
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a cloud's host agent, answering on a public address
        # IPv6: all that is not global unicast, and what within it carries or leads to something else
        *("::/3", "4000::/2", "8000::/1"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
)


class ForbiddenAddressError(Exception):
    """An address, a port or a scheme that Newsflow does not connect to."""


class NoAddressError(Exception):
    """A name that has no address now."""


@dataclass(frozen=True, slots=True)
class AllowList:
    """What the operator lets through: whole networks, and endpoints by host and port."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    endpoints: frozenset[tuple[str, int]] = frozenset()
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})

    def covers(self, address: Address) -> bool:
        """Whether a network of the list holds the address."""
        return any(address in network for network in self.networks)


def allow_list(network: Network) -> AllowList:
    """The list of the settings. Raises UsageError for what is neither a network nor HOST:PORT."""
    networks: list[IPv4Network | IPv6Network] = []
    endpoints: set[tuple[str, int]] = set()
    for entry in network.allow:
        try:
            networks.append(ip_network(entry))
        except ValueError:
            endpoints.add(_endpoint(entry))
    return AllowList(tuple(networks), frozenset(endpoints), network.ports)


def _endpoint(entry: str) -> tuple[str, int]:
    host, colon, port = entry.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"allow {entry!r}: give a network such as 10.0.0.0/8, or HOST:PORT")
    return host.strip("[]").lower(), int(port)


def check_address(address: str, allow: AllowList) -> None:
    """Raise ForbiddenAddressError for an address that is not on the public Internet, unless it is allowed."""
    try:
        found = ip_address(address)
    except ValueError:
        raise ForbiddenAddressError(f"{address[:60]!r} is no address") from None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if not allow.covers(found) and any(found in network for network in FORBIDDEN):
        raise ForbiddenAddressError(f"{address} is not on the public Internet")


def check_endpoint(host: str, port: int, addresses: Iterable[str], allow: AllowList) -> None:
    """Raise ForbiddenAddressError unless port and every address may be connected to."""
    if (host.lower(), port) in allow.endpoints:
        return
    addresses = list(addresses)
    if port not in allow.ports and not all(_allowed(address, allow) for address in addresses):
        raise ForbiddenAddressError(f"port {port} is not one of {', '.join(map(str, sorted(allow.ports)))}")
    for address in addresses:
        check_address(address, allow)


def _allowed(address: str, allow: AllowList) -> bool:
    try:
        return allow.covers(ip_address(address))
    except ValueError:
        return False


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver, in its order."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedStream(httpcore.AsyncNetworkStream):
    """A connection that remembers its peer, the last request and the beginning of its answer, to the byte."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, address: str, keep: int) -> None:
        self._stream = stream
        self._keep = keep
        self.address = address
        self.sent = b""
        self.begin = bytearray()
        self.received = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, count, and keep the beginning."""
        data = await self._stream.read(max_bytes, timeout)
        self.received += len(data)
        self.begin += data[: max(0, self._keep - len(self.begin))]
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write a request: it is one buffer, as there is no body."""
        if buffer:
            self.sent, self.begin, self.received = bytes(buffer), bytearray(), 0
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "GuardedStream":
        """The connection within TLS, with the same peer."""
        inner = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return GuardedStream(inner, self.address, self._keep)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection."""
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only. Raises ForbiddenAddressError, NoAddressError, httpcore's errors."""

    def __init__(self, allow: AllowList, resolver: Resolve = resolve, keep: int = 128 * 1024) -> None:
        self._allow = allow
        self._resolve = resolver
        self._keep = keep
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - httpcore passes it; no option of ours sets it
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> GuardedStream:
        """Resolve, check every address, connect to the first that answers, check the peer."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no answer of the name server for {host}") from None
        except (OSError, UnicodeError) as error:
            raise NoAddressError(f"{host}: {error}") from error
        if not addresses:
            raise NoAddressError(f"{host} has no address")
        check_endpoint(host, port, addresses, self._allow)
        return await self._connect(host, port, addresses[:TRIES], timeout)

    async def _connect(
        self, host: str, port: int, addresses: list[str], timeout: float | None
    ) -> GuardedStream:
        for address in addresses[:-1]:
            try:
                return await self._open(host, port, address, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._open(host, port, addresses[-1], timeout)

    async def _open(self, host: str, port: int, address: str, timeout: float | None) -> GuardedStream:
        stream = await self._inner.connect_tcp(address, port, timeout)
        peer = stream.get_extra_info("server_addr")
        try:
            check_endpoint(host, port, [str(peer[0])], self._allow)
        except ForbiddenAddressError:
            await stream.aclose()
            raise
        return GuardedStream(stream, str(peer[0]), self._keep)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
