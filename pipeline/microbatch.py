"""Results of the network become one batch: kept in WARC, staged, loaded; what follows from them goes back.

    results ── keep ──> segment on disk ── what is new? ──> rows + examined items ── load ──> tables
                                                   └──> feeds with their new state, pages that are due

Runs in one thread, which alone uses the connection. No table speaks of an answer that is not on disk.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pipeline.acquire.clock import Clock
from pipeline.acquire.keeping import kept_of
from pipeline.acquire.records import FeedState, Fetched, Page
from pipeline.acquire.redact import redact_text
from pipeline.acquire.results import PageResult, Polled, Result, size_of
from pipeline.acquire.retries import after_fetch
from pipeline.acquire.schedule import after_poll, described
from pipeline.acquire.secrets import Secrets
from pipeline.archive.captures import CaptureFile
from pipeline.archive.live import LiveFiles
from pipeline.archive.writing import BatchInfo, Kept
from pipeline.batch import Run
from pipeline.records import Dropped, Item, Refusal
from pipeline.settings import Live
from pipeline.warehouse.live_rows import (
    LiveRows,
    Row,
    entry_id_of,
    feed_row,
    fetch_row,
    known_entries,
    known_pages,
    page_id_of,
    page_url,
    poll_row,
    waiting_row,
)
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
    """Results that are not loaded yet: bounded in bytes, and a batch when there are enough or one is old."""

    def __init__(self, live: Live) -> None:
        self._live = live
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
        is_enough = len(self._arrived) >= self._live.batch_results or self.is_full()
        return self._oldest_at if is_enough else self._oldest_at + timedelta(seconds=self._live.batch_seconds)

    def take(self) -> list[Arrived]:
        """All of them, for a load."""
        arrived, self._loading = self._arrived, sum(self._sizes)
        self._arrived, self._sizes, self._oldest_at = [], [], None
        return arrived

    def loaded(self) -> None:
        """The load is over."""
        self._loading = 0


@dataclass(slots=True)
class Taken:
    """What a load brought, and what follows from it."""

    loaded: Loaded
    feeds: list[FeedState] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    new_entries: int = 0


class MicroBatches:
    """Loads results. `load` is called by one thread at a time."""

    def __init__(self, run: Run, secrets: Secrets, clock: Clock, chance: random.Random) -> None:
        self._run = run
        self._secrets = secrets
        self._clock = clock
        self._chance = chance
        self._files = LiveFiles(run.settings.captures, run.settings.live.file_bytes)

    def load(self, arrived: Sequence[Arrived]) -> Taken:
        """Bring the results into the tables, in one transaction."""
        info = BatchInfo(KIND, SOURCE, self._clock.now())
        kept = [kept_of(one.result, self._secrets.hide) for one in arrived]
        found = [one.result.found for one in arrived if isinstance(one.result, PageResult)]
        refusals = [one for one in found if isinstance(one, Refusal)]
        self._secrets.save()
        file = self._files.append(info, [one for many in kept for one in many], refusals)
        examined = list(self._examined(arrived, file))
        taken, rows = Taken(Loaded()), LiveRows()
        polls = [
            (one.result, many)
            for one, many in zip(arrived, kept, strict=True)
            if isinstance(one.result, Polled)
        ]
        self._add_polls(polls, file, taken, rows)
        self._add_fetches(arrived, examined, taken, rows)
        self._secrets.save()
        batch = Batch(file.batch_id, info, examined, refusals)
        folder = stage_batch(self._run.settings.staging, batch, rows)
        taken.loaded = load_staged(self._run.connection, self._run.settings, folder, self._run.hooks.on_wait)
        discard_staged(folder)
        return taken

    def _examined(self, arrived: Iterable[Arrived], file: CaptureFile) -> Iterable[Examined]:
        for one in arrived:
            found = one.result.found if isinstance(one.result, PageResult) else None
            if isinstance(found, Item):
                assert one.task is not None
                offset = file.offsets[found.capture.capture_id]
                yield Examined(found.capture, file.path, offset, one.task.result())

    def _add_polls(
        self, polls: Sequence[tuple[Polled, list[Kept]]], file: CaptureFile, taken: Taken, rows: LiveRows
    ) -> None:
        """The new state of each feed, its new entries, and the pages that they name."""
        ids = [entry_id_of(poll.feed.feed_id, entry) for poll, _ in polls for entry in poll.entries]
        known = known_entries(self._run.connection, ids)
        for poll, kept in polls:
            new = self._new_entries(poll, known)
            state = self._state_after(poll, len(new))
            rows.entries += new
            rows.feeds.append(feed_row(state))
            rows.polls.append(poll_row(poll, len(new), state, _place_of(poll, kept, file)))
            taken.feeds.append(state)
        taken.new_entries = len(rows.entries)
        self._add_pages(rows.entries, taken)

    def _new_entries(self, poll: Polled, known: set[str]) -> list[Row]:
        """The rows of entries that no poll brought; an entry listed twice is one."""
        rows: dict[str, Row] = {}
        for entry in poll.entries:
            entry_id = entry_id_of(poll.feed.feed_id, entry)
            if entry_id not in known:
                rows[entry_id] = {
                    "entry_id": entry_id,
                    "feed_id": poll.feed.feed_id,
                    "feed_url": poll.feed.feed_url,
                    "entry_key": redact_text(entry.entry_key),
                    "url": self._secrets.hide(page_url(entry.url)),
                    "page_id": page_id_of(entry.url),
                    "title": entry.title,
                    "published_at": entry.published_at,
                    "first_seen_at": poll.at,
                }
        return list(rows.values())

    def _state_after(self, poll: Polled, new_entries: int) -> FeedState:
        feed = poll.feed if poll.parsed is None else described(poll.feed, poll.parsed)
        answer = poll.answer
        if isinstance(answer, Fetched) and answer.permanent_url is not None:
            answer = replace(answer, permanent_url=self._secrets.hide(answer.permanent_url))
        hints = poll.parsed.hints if poll.parsed else None
        return after_poll(feed, answer, hints, new_entries, poll.at, self._chance.random())

    def _add_pages(self, entries: Sequence[Row], taken: Taken) -> None:
        """Pages that no entry named before, as far as they may be asked for now."""
        by_id: dict[str, Row] = {}
        for row in entries:
            by_id.setdefault(row["page_id"], row)
        known = known_pages(self._run.connection, by_id)
        for page_id, row in by_id.items():
            if page_id not in known:
                seen_at = row["first_seen_at"]
                born_at = min(row["published_at"] or seen_at, seen_at)
                taken.pages.append(Page(page_id, row["url"], "entry", seen_at, born_at))

    def _add_fetches(
        self, arrived: Sequence[Arrived], examined: Sequence[Examined], taken: Taken, rows: LiveRows
    ) -> None:
        """What became of each attempt, when there is another one, and which page is to be tried instead."""
        outcomes = {one.capture.capture_id: one.outcome for one in examined}
        ages = self._run.settings.live.recheck_hours
        results = [one.result for one in arrived if isinstance(one.result, PageResult)]
        for result in results:
            outcome = _outcome_of(result, outcomes)
            # An article that names another address is checked for revisions there, not at both.
            is_checked = isinstance(outcome, Extracted) and _own_address(result, outcome) is None
            page, next_at = after_fetch(result, is_checked, ages, self._chance.random())
            rows.fetches.append(fetch_row(result, page, next_at))
            taken.pages += [] if next_at is None else [replace(page, due_at=next_at)]
        self._add_canonical([(result, _outcome_of(result, outcomes)) for result in results], taken, rows)

    def _add_canonical(
        self, fetched: Sequence[tuple[PageResult, Extracted | Dropped | None]], taken: Taken, rows: LiveRows
    ) -> None:
        """Addresses that articles name as their own, where another one was asked for: each is tried once."""
        named = [(result.page, url) for result, outcome in fetched if (url := _own_address(result, outcome))]
        known = known_pages(self._run.connection, [page_id_of(url) for _, url in named])
        known |= {row["page_id"] for row in rows.fetches}
        for page, url in named:
            page_id = page_id_of(url)
            if page_id == page.page_id or page_id not in known:
                known.add(page_id)
                at = self._clock.now()
                there = Page(page_id, self._secrets.hide(url), "canonical", at, page.born_at)
                rows.fetches.append(waiting_row(there))
                taken.pages = [one for one in taken.pages if one.page_id != page_id] + [there]


def _outcome_of(
    result: PageResult, outcomes: Mapping[str, Extracted | Dropped]
) -> Extracted | Dropped | None:
    """What became of a result's item; None where it had none."""
    return outcomes[result.found.capture.capture_id] if isinstance(result.found, Item) else None


def _own_address(result: PageResult, outcome: Extracted | Dropped | None) -> str | None:
    """The canonical address of an article that was found at another one; followed once, at first sight."""
    is_first = result.page.cause != "canonical" and not result.page.checks
    if not is_first or not isinstance(outcome, Extracted) or outcome.is_canonical_url:
        return None
    return outcome.article.canonical_url


def _place_of(poll: Polled, kept: Sequence[Kept], file: CaptureFile) -> tuple[str, int] | None:
    """Where the answer to a poll lies: behind the redirects that led to it."""
    hops = len(poll.answer.hops)
    return (file.path, file.offsets[kept[hops - 1].record_id]) if hops else None
