"""A watch for tests: gauges with something in them, and a stream that only waits to be stopped."""

import asyncio
from collections import Counter, deque
from datetime import UTC, datetime, timedelta

from pipeline.dispositions import Disposition, Reason
from pipeline.gauges import Gauges

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def busy_gauges() -> Gauges:
    """A watch that has run for an hour and a half."""
    return Gauges(
        started_at=NOW - timedelta(minutes=90),
        polls=Counter(changed=1200, unchanged=340, timeout=7),
        fetches=Counter(fetched=4100, not_found=12),
        statuses=Counter({200: 5300, 304: 340, 404: 12}),
        entries=4150,
        ended=Counter({Disposition.LOADED: 4000, Disposition.REVISED: 60, Disposition.REJECTED: 40}),
        reasons=Counter({Reason.NO_ARTICLE: 31, Reason.SCRIPT_ONLY: 9}),
        requests=5700,
        received=512 * 1024**2,
        batches=3,
        batch_seconds=deque([0.25, 0.5, 4.0]),
        loading_seconds=4.75,
        last_batch_at=NOW - timedelta(seconds=8),
        feeds=Counter(active=61, paused=2),
        next_poll_at=NOW + timedelta(seconds=14),
        pages_due=40,
        pages_later=210,
        requests_under_way=12,
        results_waiting=5,
    )


class IdleStream:
    """Works until it is stopped, or fails as it is told."""

    def __init__(self, gauges: Gauges, error: Exception | None = None) -> None:
        self.gauges = gauges
        self._error = error
        self._stopped = asyncio.Event()

    async def work(self, *, once: bool = False) -> None:
        if self._error is not None:
            raise self._error
        if not once:
            await self._stopped.wait()

    def stop(self) -> None:
        self._stopped.set()
