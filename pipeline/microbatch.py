"""Results of the network become one batch: kept, noted, staged, loaded; what follows from them goes back.

    results ── notes.py ──> segment on disk, rows ── with examined items ──> staged ── load ──> tables
                                 └──> pages that are new           └──> feeds as they are now, other pages

Runs in one thread, which alone uses the connection. No table speaks of an answer that is not on disk. New
pages need not wait for the load: killed before it, a watch polls their feed again, and finds them again.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.acquire.clock import Clock
from pipeline.acquire.records import FeedState, Page
from pipeline.acquire.results import PageResult, Result, size_of
from pipeline.acquire.secrets import Secrets
from pipeline.archive.captures import CaptureFile
from pipeline.archive.live import LiveFiles
from pipeline.archive.writing import BatchInfo
from pipeline.batch import Run, examined_in
from pipeline.notes import InTables, Noted, Notes, settle
from pipeline.records import Dropped, Item
from pipeline.settings import Live
from pipeline.warehouse.load import Loaded, load_staged
from pipeline.warehouse.stage import Batch, Examined, discard_staged, stage_batch
from pipeline.work import Extracted, Task

KIND, SOURCE = "poll", "newsflow watch"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One result; `task`: its item on its way through a worker, where it has one."""

    result: Result
    task: Task[Extracted | Dropped] | None = None


class Waiting:
    """Results that are not loaded yet: bounded in bytes, and a batch as soon as the next load may begin.

    What comes while nothing else does is loaded at once; under a stream of results loads begin at intervals.
    """

    def __init__(self, live: Live, now: datetime) -> None:
        self._live = live
        self._began_at = now  # the newest load, or all
        self._arrived: list[Arrived] = []
        self._sizes: list[int] = []
        self._oldest_at: datetime | None = None
        self._loading = 0  # bytes of the batch that is being loaded

    def __len__(self) -> int:
        return len(self._arrived)

    def add(self, arrived: Arrived, now: datetime) -> None:
        """One more."""
        self._arrived.append(arrived)
        self._sizes.append(size_of(arrived.result))
        self._oldest_at = self._oldest_at or now

    def is_full(self) -> bool:
        """Whether nothing more may be asked for."""
        return sum(self._sizes) + self._loading >= self._live.waiting_bytes

    def ready_at(self) -> datetime | None:
        """When the results make a batch; None while there are none."""
        if self._oldest_at is None:
            return None
        if len(self._arrived) >= self._live.batch_results or self.is_full():
            return self._oldest_at
        return max(self._oldest_at, self._began_at + timedelta(seconds=self._live.batch_seconds))

    def take(self, now: datetime) -> list[Arrived]:
        """All of them, for a load that begins."""
        self._began_at = now
        arrived, self._loading = self._arrived, sum(self._sizes)
        self._arrived, self._sizes, self._oldest_at = [], [], None
        return arrived

    def loaded(self) -> None:
        """The load is over."""
        self._loading = 0


@dataclass(slots=True)
class Taken:
    """What a load brought, and what follows from it: `pages` that are tried or checked again."""

    loaded: Loaded
    feeds: list[FeedState] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    new_entries: int = 0


class MicroBatches:
    """Notes results, then loads them. Called by one thread at a time."""

    def __init__(self, run: Run, secrets: Secrets, clock: Clock, chance: random.Random) -> None:
        self._run = run
        self._clock = clock
        live = run.settings.live
        self._secrets = secrets
        self._known = InTables(run.connection)
        files = LiveFiles(run.settings.captures, live.file_bytes)
        self._notes = Notes(files, self._known, secrets, chance, live.recheck_hours)

    def note(self, arrived: Sequence[Arrived]) -> Noted:
        """Bring the results to disk. Raises OSError."""
        info = BatchInfo(KIND, SOURCE, self._clock.now())
        return self._notes.keep([one.result for one in arrived], info)

    def load(self, arrived: Sequence[Arrived], noted: Noted) -> Taken:
        """Bring the results into the tables, in one transaction."""
        examined = list(_examined(arrived, noted.file))
        outcomes = {one.capture.capture_id: one.outcome for one in examined}
        settled = settle(noted.attempts, outcomes, self._known, self._secrets, self._clock.now())
        noted.rows.fetches = settled.rows
        batch = Batch(noted.file.batch_id, noted.info, examined, noted.refusals)
        folder = stage_batch(self._run.settings.staging, batch, noted.rows)
        loaded = load_staged(self._run.connection, self._run.settings, folder, self._run.hooks.on_wait)
        discard_staged(folder)
        self._run.tidying.count()
        return Taken(loaded, noted.feeds, settled.pages, len(noted.rows.entries))


def _examined(arrived: Iterable[Arrived], file: CaptureFile) -> Iterator[Examined]:
    for one in arrived:
        found = one.result.found if isinstance(one.result, PageResult) else None
        if isinstance(found, Item):
            assert one.task is not None
            yield examined_in(file, found.capture, one.task.result())
