"""What a running watch tells of itself: counts since it started, and how things stand now."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.dispositions import Disposition, Reason

RECENT = 200  # loads of which the times are held


@dataclass(slots=True)
class Gauges:
    """Written by the stream, read by whoever shows it: the status panel, the logs, /metrics and /healthz.

    Counts since the start: `polls` and `fetches` by outcome (the words of the tables `polls` and `fetches`),
    `statuses` by HTTP status, `entries` that were new, `ended` and `reasons` as in the ledger, `batches`,
    `requests` (robots.txt included), `received` (bytes of bodies on the wire).
    Now: `feeds` by status, `feeds_due`, `lag_seconds` (how long the feed most overdue has waited),
    `pages_due` and `pages_later` in memory, `requests_under_way`, `results_waiting` for their load.
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
    last_batch_at: datetime | None = None
    feeds: Counter[str] = field(default_factory=Counter)
    feeds_due: int = 0
    lag_seconds: float = 0.0
    pages_due: int = 0
    pages_later: int = 0
    requests_under_way: int = 0
    results_waiting: int = 0
