"""What a watch does between its batches: look for changed feeds and due pages, merge the tables' small files.

All of it reads the tables, which alone hold what counts: in memory is what is due soon.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from pipeline.acquire.frontier import Frontier, PollSchedule
from pipeline.acquire.records import FeedState, Page
from pipeline.batch import Run
from pipeline.settings import Live
from pipeline.warehouse.live_rows import read_due_pages, read_feeds, read_new_pages


class InThread(Protocol):
    """Runs a function in the thread that uses the connection."""

    def __call__(self, function: Callable[..., Any], *given: Any) -> Awaitable[Any]:
        """Its result."""


class Upkeep:
    """When to look at what. Pages due after `_horizon` are left to the tables until it has moved on."""

    def __init__(self, now: datetime) -> None:
        self._look_at = self._refill_at = self._horizon = now
        # Pages that no attempt speaks of: of a run that was killed, or more than memory should hold.
        self._has_untried = True

    @property
    def next_at(self) -> datetime:
        """When there is something to do again."""
        return min(self._look_at, self._refill_at)

    def take(self, pages: Iterable[Page], frontier: Frontier, live: Live) -> None:
        """Hold pages that results named, as far as they are due soon."""
        due, later = frontier.counts()
        room = live.horizon_pages - due - later
        soon = [page for page in pages if page.due_at <= self._horizon]
        self._has_untried |= len(soon) > room
        for page in soon[: max(0, room)]:
            frontier.add(page)

    async def run(
        self, in_thread: InThread, run: Run, now: datetime, schedule: PollSchedule, frontier: Frontier
    ) -> None:
        """Do what is due. No load may be under way: what it is about would be taken for still due."""
        live = run.settings.live
        if now >= self._look_at:
            feeds: list[FeedState] = await in_thread(read_feeds, run.connection)
            schedule.replace(feeds)
            self._look_at = now + timedelta(seconds=live.look_seconds)
        has_room = sum(frontier.counts()) < live.horizon_pages / 2
        if now >= self._refill_at or (self._has_untried and has_room):
            await self._refill(in_thread, run, now, frontier)
        if run.tidying.is_due(run.settings.limits):
            await in_thread(run.tidying.run, run.connection, run.settings, run.hooks.on_wait)

    async def _refill(self, in_thread: InThread, run: Run, now: datetime, frontier: Frontier) -> None:
        live = run.settings.live
        self._horizon = now + timedelta(seconds=live.horizon_seconds)
        self._refill_at = now + timedelta(seconds=live.horizon_seconds / 2)
        pages: list[Page] = await in_thread(
            read_due_pages, run.connection, now, self._horizon, live.horizon_pages
        )
        if self._has_untried:
            untried: list[Page] = await in_thread(read_new_pages, run.connection, live.horizon_pages)
            self._has_untried = len(untried) >= live.horizon_pages
            pages += untried
        for page in pages:
            frontier.add(page)
