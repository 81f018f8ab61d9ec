"""What a stream reads and writes: the feeds and pages that are due, and where results go.

A watch has the tables themselves; a round of a schedule has a share of what is due, and leaves its results on
disk (rounds/).
"""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pipeline.acquire.clock import Clock
from pipeline.acquire.frontier import Frontier, PollSchedule
from pipeline.acquire.records import Page
from pipeline.acquire.secrets import Secrets, secrets_of
from pipeline.batch import Run, recover
from pipeline.microbatch import Arrived, MicroBatches, Taken
from pipeline.notes import Noted
from pipeline.upkeep import InThread, Upkeep
from pipeline.warehouse.live_rows import read_rests


class Books(Protocol):
    """`begin`, `note` and `load` use the connection, and are called in one thread, one behind the other.

    `examines`: whether items are to be with the workers by the time they are loaded.
    """

    examines: bool
    secrets: Secrets

    @property
    def next_at(self) -> datetime:
        """When there is something to look at again."""

    def begin(self, now: datetime) -> list[tuple[str, datetime]]:
        """Put in order what an earlier run left. Returns addresses, and until when their hosts rest."""

    def note(self, arrived: Sequence[Arrived]) -> Noted:
        """Bring results to disk; the pages that are new may be fetched from now on."""

    def load(self, arrived: Sequence[Arrived], noted: Noted) -> Taken:
        """Take the same results: when it returns they count."""

    def take(self, pages: Sequence[Page], frontier: Frontier) -> None:
        """Hold pages that results named, as far as they are due soon."""

    async def look(
        self, in_thread: InThread, now: datetime, schedule: PollSchedule, frontier: Frontier, /
    ) -> None:
        """Bring what is due. No load may be under way."""


class TableBooks:
    """The books of a watch: the tables."""

    examines = True

    def __init__(self, run: Run, clock: Clock, chance: random.Random) -> None:
        self.secrets = secrets_of(run.settings)
        self._run = run
        self._batches = MicroBatches(run, self.secrets, clock, chance)
        self._upkeep = Upkeep(clock.now())

    @property
    def next_at(self) -> datetime:
        """When feeds or pages are looked at again."""
        return self._upkeep.next_at

    def begin(self, now: datetime) -> list[tuple[str, datetime]]:
        """Load what an earlier run had captured."""
        recover(self._run)
        return read_rests(self._run.connection, now)

    def note(self, arrived: Sequence[Arrived]) -> Noted:
        """Bring results to disk."""
        return self._batches.note(arrived)

    def load(self, arrived: Sequence[Arrived], noted: Noted) -> Taken:
        """Bring results into the tables."""
        return self._batches.load(arrived, noted)

    def take(self, pages: Sequence[Page], frontier: Frontier) -> None:
        """Hold pages that results named, as far as they are due soon."""
        self._upkeep.take(pages, frontier, self._run.settings.live)

    async def look(
        self, in_thread: InThread, now: datetime, schedule: PollSchedule, frontier: Frontier, /
    ) -> None:
        """Read changed feeds and due pages; merge small files."""
        await self._upkeep.run(in_thread, self._run, now, schedule, frontier)
