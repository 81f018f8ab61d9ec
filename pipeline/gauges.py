"""What a running watch tells of itself: counts since it started, and how things stand now."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.acquire.records import Failed, Fetched, Validators
from pipeline.acquire.results import Getter
from pipeline.dispositions import Disposition, Reason
from pipeline.settings import FetchLimits

RECENT = 200  # loads of which the times are held


@dataclass(slots=True)
class Gauges:
    """Written by the stream, read by whoever shows it: the status panel, the logs, /metrics and /healthz.

    Counts since the start: `polls` and `fetches` by outcome (the words of the tables `polls` and `fetches`),
    `statuses` by HTTP status, `entries` that were new, `ended` and `reasons` as in the ledger, `batches` and
    the `loading_seconds` of all of them, `requests` (robots.txt included), `received` (bytes of bodies on the
    wire). Now: `feeds` by status, `feeds_due`, `lag_seconds` (how long the feed most overdue has waited),
    `next_poll_at` (the earliest of an active feed), `pages_due` and `pages_later` in memory,
    `requests_under_way`, `results_waiting` for their load.
    """

    started_at: datetime
    polls: Counter[str] = field(default_factory=Counter)
    fetches: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    entries: int = 0
    ended: Counter[Disposition] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    requests: int = 0
    received: int = 0
    batches: int = 0
    batch_seconds: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    loading_seconds: float = 0.0
    last_batch_at: datetime | None = None
    feeds: Counter[str] = field(default_factory=Counter)
    feeds_due: int = 0
    lag_seconds: float = 0.0
    next_poll_at: datetime | None = None
    pages_due: int = 0
    pages_later: int = 0
    requests_under_way: int = 0
    results_waiting: int = 0


class CountingGetter:
    """Passes requests on and counts them; once it is closed, it begins no more."""

    def __init__(self, getter: Getter, gauges: Gauges) -> None:
        self._getter = getter
        self._gauges = gauges
        self.is_closed = False

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        limits: FetchLimits | None = None,
        stays: bool = False,
    ) -> Fetched | Failed:
        """Get an address. Raises CancelledError where the watch is ending."""
        if self.is_closed:
            raise asyncio.CancelledError
        self._gauges.requests += 1
        self._gauges.requests_under_way += 1
        try:
            answer = await self._getter.get(url, validators=validators, limits=limits, stays=stays)
        finally:
            self._gauges.requests_under_way -= 1
        self._gauges.received += sum(len(hop.body) for hop in answer.hops)
        self._gauges.statuses.update(hop.status for hop in answer.hops)
        return answer
