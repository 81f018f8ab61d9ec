"""What passes between fetching, parsing and scheduling. All frozen; times are timezone-aware UTC.

URL ── fetch ──> Fetched or Failed ── parse ──> ParsedFeed
FeedState + outcome ── after_poll ──> FeedState
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

FeedKind = Literal["rss", "atom", "rdf", "json", "news_sitemap", "sitemap", "sitemap_index"]
FeedStatus = Literal["active", "paused", "gone"]


class Failure(StrEnum):
    """Why a request brought no usable answer. Stored as its value."""

    # no whole answer
    TIMEOUT = "timeout"
    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    PROTOCOL = "protocol"
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"
    FORBIDDEN_ADDRESS = "forbidden_address"
    ROBOTS = "robots"
    CORRUPT = "corrupt"
    # by status
    GONE = "gone"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    HTTP_ERROR = "http_error"
    # by parsing
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they went over the wire (one hop)."""

    url: str
    requested_at: datetime
    request: bytes  # request line and headers, with the blank line
    status: int
    head: bytes  # status line and headers as they came, with the blank line
    body: bytes  # transfer coding undone, content coding as it came
    address: str  # the IP address connected to


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer, whatever its status.

    `permanent_url` is where redirects of 301 and 308 alone lead from `url`; None without any, or with a
    temporary one in between. Names in `headers` are lower-case; `payload` has its content coding undone.
    """

    url: str
    hops: tuple[Exchange, ...]  # redirects first; the last one is the answer
    status: int
    final_url: str
    permanent_url: str | None
    headers: tuple[tuple[bytes, bytes], ...]
    payload: bytes
    fetched_at: datetime
    seconds: float

    def header(self, name: bytes) -> bytes | None:
        """The first header of this lower-case name, byte-exact."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Failed:
    """No whole answer, or one that cannot be used. `detail` is one line, without credentials or tokens."""

    url: str
    failure: Failure
    detail: str
    hops: tuple[Exchange, ...]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request echoes, byte-exact."""

    etag: bytes | None
    last_modified: bytes | None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of one feed. `entry_key` is its guid or id, else its link: what makes two items one."""

    entry_key: str
    url: str  # absolute, http or https
    title: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What a feed says about when to ask again. Hours and days (0 is Monday) are those of UTC."""

    ttl_seconds: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    sy_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """One feed's document. `next_urls`: the children of a sitemap index, the next page of a paged feed."""

    kind: FeedKind
    title: str | None
    language: str | None
    entries: tuple[FeedEntry, ...]
    hints: FeedHints
    self_url: str | None
    next_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedState:
    """All that polling remembers about one feed."""

    feed_url: str
    etag: bytes | None
    last_modified: bytes | None
    body_sha256: str | None
    next_poll_at: datetime
    interval_seconds: int
    failures: int
    last_failure: Failure | None
    status: FeedStatus
    last_polled_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    moved_to: str | None
    moved_times: int
    kind: FeedKind | None
    title: str | None
    language: str | None
    hints: FeedHints = FeedHints()  # of the newest body that could be parsed
