"""What polls and fetches bring, on its way to the tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pipeline.acquire.records import (
    Failed,
    Failure,
    FeedEntry,
    FeedState,
    Fetched,
    Page,
    ParsedFeed,
    Validators,
)
from pipeline.archive.http import content_type
from pipeline.archive.identity import make_capture
from pipeline.records import Capture, Item, Refusal
from pipeline.settings import FetchLimits

Outcome = Failure | Literal["changed", "fetched", "same", "unchanged"]
GOOD = ("fetched", "same", "unchanged")  # of a page


class Getter(Protocol):
    """What fetches: a Fetcher, or one that watches it."""

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        limits: FetchLimits | None = None,
        stays: bool = False,
    ) -> Fetched | Failed:
        """Get an address; with `stays`, a redirect to another host is not followed."""


@dataclass(frozen=True, slots=True)
class Polled:
    """One poll of one feed. `children`: the sitemaps of an index, asked for in the same go."""

    feed: FeedState  # before the poll
    answer: Fetched | Failed  # a body that is no feed is Failed as malformed
    outcome: Outcome
    parsed: ParsedFeed | None
    children: tuple[Fetched | Failed, ...]
    entries: tuple[FeedEntry, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PageResult:
    """One attempt at one page. `found` is the item that a new payload made; None where there was none.

    `wait_until`: when its host may be asked again, where it said so.
    """

    page: Page
    answer: Fetched | Failed
    outcome: Outcome
    found: Item | Refusal | None
    training_opt_outs: tuple[str, ...]
    wait_until: datetime | None


@dataclass(frozen=True, slots=True)
class RobotsAsked:
    """One robots.txt asked for: kept, and else of no account."""

    answer: Fetched | Failed


Result = Polled | PageResult | RobotsAsked


def capture_of(answer: Fetched) -> Capture:
    """An answer as the workers take it."""
    media_type, charset = content_type((answer.header(b"content-type") or b"").decode("latin-1"))
    return make_capture(
        answer.payload,
        url=answer.final_url,
        fetched_at=answer.fetched_at,
        media_type=media_type,
        http_status=answer.status,
        charset=charset,
    )


def size_of(result: Result) -> int:
    """Bytes that a result holds, roughly: bodies as they came, and decoded payloads."""
    answers = (result.answer, *(result.children if isinstance(result, Polled) else ()))
    wire = sum(len(hop.body) for answer in answers for hop in answer.hops)
    decoded = sum(len(answer.payload) for answer in answers if isinstance(answer, Fetched))
    return wire + decoded + 4096
