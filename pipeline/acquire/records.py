"""What the network gives: exchanges as they went over the wire, answers, failures; what a feed says and is.

A request ends as `Fetched` (a whole answer, whatever its status) or `Failed` (none). Both carry their hops.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pipeline.records import Exchange

PageCause = Literal["entry", "canonical", "retry"]
FeedKind = Literal["rss", "atom", "rdf", "json", "news_sitemap", "sitemap", "sitemap_index"]


class Failure(StrEnum):
    """Why a request, or what it brought, is of no use."""

    timeout = "timeout"
    dns = "dns"
    connection = "connection"
    tls = "tls"
    protocol = "protocol"
    too_large = "too_large"
    redirects = "redirects"
    forbidden_address = "forbidden_address"
    robots = "robots"
    robots_unknown = "robots_unknown"  # robots.txt could not be had, so that it is not known
    corrupt = "corrupt"
    # By the status of a whole answer, or by parsing it.
    gone = "gone"
    not_found = "not_found"
    forbidden = "forbidden"
    rate_limited = "rate_limited"
    server_error = "server_error"
    http_error = "http_error"
    malformed = "malformed"


@dataclass(frozen=True, slots=True)
class Onward:
    """A redirect to another host, not followed yet. `is_permanent`: whether 301 and 308 alone led to it."""

    url: str
    is_permanent: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer, whatever its status.

    `hops`: redirects first, the answer last; `permanent_url`: where 301 and 308 alone lead from `url`, None
    without a redirect or with a temporary one; `headers` of the answer, names lower-case; `payload`: content
    coding undone.
    """

    url: str
    hops: tuple[Exchange, ...]
    status: int
    final_url: str
    permanent_url: str | None
    headers: tuple[tuple[bytes, bytes], ...]
    payload: bytes
    fetched_at: datetime
    seconds: float
    onward: Onward | None = None

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, byte-exact; `name` in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)


@dataclass(frozen=True, slots=True)
class Failed:
    """No whole answer. `detail`: one line, without credentials or tokens; `hops`: those that were whole."""

    url: str
    failure: Failure
    detail: str
    hops: tuple[Exchange, ...]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes a request conditional, byte-exact as the server gave it (RFC 9110 section 13.1)."""

    etag: bytes | None = None
    last_modified: bytes | None = None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An item of a feed. `entry_key`: guid, id or link; `url`: absolute, http or https.

    `is_change`: no date of publication is known, and that of the last change stands for it.
    """

    entry_key: str
    url: str
    title: str | None
    published_at: datetime | None
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class FeedHints:
    """How often a feed asks to be polled: ttl, skipHours (0..23 UTC), skipDays (0 = Monday), sy:."""

    ttl_seconds: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    sy_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is due, or will be. Its address is as tables hold it; validators are of the payload held.

    `born_at`: when its article was published, as far as is known; `failures` in a row; `checks`: good
    answers so far.
    """

    page_id: str  # UUID
    url: str
    cause: PageCause
    due_at: datetime
    born_at: datetime
    failures: int = 0
    checks: int = 0
    etag: bytes | None = None
    last_modified: bytes | None = None
    payload_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed document says. `next_urls`: children of a sitemap index, the next page of a paged feed.

    `archive_urls`: the archive before this document, and the feed that this one is an archive of (RFC 5005).
    """

    kind: FeedKind
    title: str | None
    language: str | None
    entries: tuple[FeedEntry, ...]
    hints: FeedHints
    self_url: str | None
    next_urls: tuple[str, ...]
    archive_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed between polls. `feed_id` stays when the feed moves to another address."""

    feed_id: str  # UUID
    feed_url: str
    etag: bytes | None
    last_modified: bytes | None
    body_sha256: str | None
    next_poll_at: datetime
    interval_seconds: int
    failures: int
    last_failure: Failure | None
    status: Literal["active", "paused", "gone"]
    last_polled_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    moved_to: str | None
    moved_times: int
    kind: str | None
    title: str | None
    language: str | None
    hints: FeedHints = FeedHints()  # of the newest body that could be parsed
