"""One share of a round: the stream polls its feeds and fetches its pages; results become manifests."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pipeline.acquire.clock import Clock, SystemClock
from pipeline.acquire.frontier import Frontier, PollSchedule
from pipeline.acquire.records import Page
from pipeline.acquire.results import Getter
from pipeline.acquire.secrets import secrets_of
from pipeline.archive.live import LiveFiles
from pipeline.archive.stored import put_captures
from pipeline.archive.writing import BatchInfo
from pipeline.batch import Run
from pipeline.gauges import Gauges
from pipeline.microbatch import KIND, Arrived, Taken
from pipeline.notes import Attempt, InTables, Noted, Notes
from pipeline.rounds.manifests import list_of, read_manifest, write_manifest
from pipeline.rounds.share import Due, Share, of_share, read_due
from pipeline.settings import Settings
from pipeline.stream import Stream
from pipeline.upkeep import InThread
from pipeline.warehouse.live_rows import Row, read_rests
from pipeline.warehouse.load import Loaded

SOURCE = "newsflow round"
OWN_FILE = 0  # bytes: each manifest has a capture file of its own
MANIFEST_SECONDS = 30.0  # results wait so long for others: a kill loses no more than they are


@dataclass(slots=True)
class Asked:
    """What a share has brought: the names of its manifests, also of an attempt before this one."""

    gauges: Gauges
    manifests: list[str]


@dataclass(slots=True)
class SeenHere:
    """What the tables know, and what this share has brought since."""

    tables: InTables
    seen: set[str] = field(default_factory=set)  # pages

    def entries(self, ids: Iterable[str]) -> set[str]:
        """Those of the entries that are known."""
        return self.tables.entries(ids)

    def pages(self, ids: Iterable[str]) -> set[str]:
        """Those of the pages that are known."""
        asked = list(ids)
        return self.tables.pages(asked) | self.seen.intersection(asked)


class ShareBooks:
    """The books of one share: what of it was due at the time of the plan, and manifests for its results."""

    examines = False

    def __init__(self, run: Run, share: Share, clock: Clock, chance: random.Random) -> None:
        self.secrets = secrets_of(run.settings)
        self._run, self._share, self._clock = run, share, clock
        files = LiveFiles(run.settings.captures, OWN_FILE)
        self._known = SeenHere(InTables(run.connection))
        ages = run.settings.live.recheck_hours
        self._notes = Notes(files, self._known, self.secrets, chance, ages)
        self._due = Due([], [])
        self._is_given = False
        self.manifests: list[str] = []

    @property
    def next_at(self) -> datetime:
        """Never: what a round asks for is known when it begins."""
        return self._clock.now() + timedelta(days=1)

    def begin(self, now: datetime) -> list[tuple[str, datetime]]:
        """Leave out what an attempt before this one has brought. Returns the hosts that rest."""
        run, share = self._run, self._share
        self.manifests = list_of(run.settings, share)
        polled: set[str] = set()
        for name in self.manifests:
            brought = read_manifest(run.settings, name)
            polled |= {str(row["feed_id"]) for row in brought.rows.feeds}
            self._see(brought.rows.entries, brought.attempts)
        due = of_share(read_due(run.connection, share.at, run.settings.live), share)
        self._due = Due(
            [one for one in due.feeds if one.feed_id not in polled],
            [one for one in due.pages if one.page_id not in self._known.seen],
        )
        return read_rests(run.connection, now)

    def note(self, arrived: Sequence[Arrived]) -> Noted:
        """Keep results."""
        info = BatchInfo(KIND, SOURCE, self._clock.now())
        noted = self._notes.keep([one.result for one in arrived], info)
        put_captures(self._run.settings, noted.file.path)
        return noted

    def load(self, _arrived: Sequence[Arrived], noted: Noted) -> Taken:
        """Write the manifest of results."""
        name = f"{self._share.name}-{len(self.manifests):04}"
        write_manifest(self._run.settings, name, noted)
        self.manifests.append(name)
        self._see(noted.rows.entries, noted.attempts)
        return Taken(Loaded(), noted.feeds, [], len(noted.rows.entries))

    def _see(self, entries: Sequence[Row], attempts: Sequence[Attempt]) -> None:
        self._known.seen |= {str(row["page_id"]) for row in (*entries, *(one.row for one in attempts))}

    def take(self, pages: Sequence[Page], frontier: Frontier) -> None:
        """Pages that new entries name are fetched in the same round; of other publishers, in the next one."""
        for page in pages:
            if self._share.holds(page.url):
                frontier.add(page)

    async def look(
        self, _in_thread: InThread, _now: datetime, schedule: PollSchedule, frontier: Frontier, /
    ) -> None:
        """Give what is due, once."""
        if self._is_given:
            return
        self._is_given = True
        schedule.replace(self._due.feeds)
        for page in self._due.pages:
            frontier.add(page)


def settings_of_round(settings: Settings) -> Settings:
    """The same with batches as large as memory allows: each is a manifest, and none is waited for."""
    live = settings.live
    return replace(
        settings, live=replace(live, batch_seconds=MANIFEST_SECONDS, batch_results=10 * live.batch_results)
    )


async def ask_share(
    run: Run,
    getter: Getter,
    share: Share,
    seconds: float,
    clock: Clock | None = None,
    chance: random.Random | None = None,
) -> Asked:
    """Poll and fetch what is due in a share, for so long at most; the rest stays due.

    Raises OSError where captures cannot be written, WarehouseError where the tables cannot be read.
    """
    clock, chance = clock or SystemClock(), chance or random.Random()
    books = ShareBooks(run, share, clock, chance)
    stream = Stream(run, getter, clock, chance, books)
    ending = asyncio.get_running_loop().call_later(seconds, stream.stop)
    try:
        await stream.work(once=True)
    finally:
        ending.cancel()
    return Asked(stream.gauges, books.manifests)
