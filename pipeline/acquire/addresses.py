"""Addresses as requests need them: checked, in ASCII, without credentials; and where a redirect leads."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from pipeline.acquire.guard import ForbiddenAddressError

PORTS = {"http": 80, "https": 443}
MAX_URL_CHARS = 8192
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# What a request target may hold as it is; the rest is escaped, existing escapes stay (RFC 3986 section 2).
PLAIN = "!#$%&'()*+,/:;=?@[]~"
HOST = re.compile(r"[a-z0-9_.:-]{1,253}", re.ASCII)


class AddressError(ValueError):
    """What is no address of a page."""


@dataclass(frozen=True, slots=True)
class Target:
    """A request's address: `host` in ASCII without brackets, `path` with the query; `url` all of it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header: the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address without credentials and fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def target_of(url: str) -> Target:
    """Read an address. Raises ForbiddenAddressError for a scheme but http(s), AddressError for no address."""
    if CONTROLS.search(url) or len(url) > MAX_URL_CHARS:
        raise AddressError(
            "control characters in the address" if len(url) <= MAX_URL_CHARS else "a very long address"
        )
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressError(str(error)) from error
    if parts.scheme not in PORTS:
        raise ForbiddenAddressError(f"scheme {parts.scheme[:20]!r} is neither http nor https")
    path = quote(parts.path or "/", safe=PLAIN) + (
        "?" + quote(parts.query, safe=PLAIN) if parts.query else ""
    )
    return Target(parts.scheme, _ascii_host(host), PORTS[parts.scheme] if port is None else port, path)


def _ascii_host(host: str) -> str:
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(f"host {host[:60]!r}: {error}") from error
    if not HOST.fullmatch(ascii_host.lower()):
        raise AddressError(f"no valid host in the address: {host[:60]!r}")
    return ascii_host.lower()


def redirected(url: str, location: bytes) -> str:
    """Where a Location value leads from `url`: bytes are UTF-8, or else Latin-1. Raises AddressError."""
    try:
        text = location.decode("utf-8")
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    try:
        return urljoin(url, text.strip())
    except ValueError as error:
        raise AddressError(f"Location: {error}") from error
