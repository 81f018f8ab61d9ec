"""Backfill: the parts of archives become batches, each with a mark of how far every part was read.

    parts ── read on from their marks ──> steps ── gather ──> batches ──> the road of batch.py, and the marks

Killed at any moment and begun again, it repeats at most the batch that was under way. What the filter can
only judge on an article is examined first, and becomes a capture only if it is wanted.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from pipeline.archive.parts import Mark, Part, Reading, Step, Steps
from pipeline.archive.wanted import ANYTHING, LATE, Passed, Wanted
from pipeline.archive.writing import BatchInfo
from pipeline.batch import (
    NO_FILE,
    Line,
    Report,
    Run,
    UnderWay,
    examined_in,
    finish_batch,
    load_folder,
    new_items,
    start_batch,
    write_captures,
)
from pipeline.dispositions import Reason
from pipeline.portions import Filling, Portion, batches_of
from pipeline.records import Article, Dropped, Item, Refusal
from pipeline.settings import MIB, Limits
from pipeline.warehouse.load import Loaded
from pipeline.warehouse.marks import read_marks
from pipeline.warehouse.stage import Batch, stage_batch
from pipeline.work import Extracted

STEPS_A_BATCH = 100_000  # things passed over without an item: then the marks alone are loaded
# Beside a watch, whose loads wait for those of the backfill, a batch is what is loaded in so many seconds; so
# many items at least, as a load of none takes half a second, and so many bytes at most. Between two loads it
# keeps off the tables for so many times what the first one took: two thirds of the time are the watch's.
BESIDE_SECONDS, BESIDE_ITEMS, BESIDE_BYTES = 2.0, 32, 64 * MIB
BESIDE_REST = 2.0
LOOK_SECONDS = 0.1  # between two looks whether to stop
BATCH_SECONDS = 60.0  # of waiting for a source: what a slow site has given by then is a batch


def _nothing(*_: object) -> None:
    """The default hook."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """What the caller hears of: parts that begin (and at which position) or end, bytes read, loads."""

    on_part: Callable[[Part, int], None] = _nothing
    on_end: Callable[[Part], None] = _nothing
    on_bytes: Callable[[int], None] = _nothing
    on_loaded: Callable[[Loaded], None] = _nothing


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read: `columns` as in Reading; with `restart` the marks of earlier runs do not count."""

    wanted: Wanted = ANYTHING
    columns: Mapping[str, str] = field(default_factory=dict)
    restart: bool = False


@dataclass(slots=True)
class Tally:
    """What a backfill has gone through.

    `ended`: parts read to their end, `ended_earlier` of them before; `unreadable`: those that could not be.
    """

    parts: int = 0
    ended: int = 0
    ended_earlier: int = 0
    unreadable: int = 0
    bytes: int = 0
    passed: Counter[Passed] = field(default_factory=Counter)


@dataclass(slots=True)
class Counted:
    """What a backfill would examine, and what it would refuse at the source."""

    items: int = 0
    refused: Counter[Reason] = field(default_factory=Counter)


@dataclass(slots=True)
class Gathered:
    """The batch that is being read: its present portion, how full it is, and what was gone through for it."""

    filling: Filling
    portion: Portion = field(default_factory=Portion)
    steps: int = 0
    seconds: float = 0.0  # that were spent on reading; workers and loads are waited for too

    def add(self, step: Step) -> None:
        """One more step."""
        self.steps += 1
        if step.found is not None:
            self.portion.found.append(step.found)
            self.filling.add(step.found)

    @property
    def is_batch(self) -> bool:
        """Whether the batch ends here."""
        is_old = self.steps > 0 and self.seconds >= BATCH_SECONDS
        return self.filling.is_batch or is_old or self.steps >= STEPS_A_BATCH


class Backfill:
    """One backfill. `tally` says what it has gone through so far.

    `is_beside`: whether a watch is at work on the same tables. Asked for each batch, which then is small, and
    is loaded some time after the one before.
    """

    def __init__(
        self,
        plan: Plan,
        limits: Limits,
        watcher: Watcher | None = None,
        is_beside: Callable[[], bool] = bool,
    ) -> None:
        self._plan = plan
        self._is_beside = is_beside
        # What is only wanted or not when it has been examined is held until then.
        small = replace(limits, batch_bytes=2 * limits.portion_bytes)
        self._limits = small if plan.wanted.is_late else limits
        self._beside_items = self._limits.load_items
        self._rest_until = 0.0
        self._watcher = watcher or Watcher()
        self._gathered = Gathered(Filling(self._limits))
        self.tally = Tally()

    def run(self, parts: Iterable[Part], info: BatchInfo, run: Run) -> Report:
        """Bring the parts into the tables. Ends at a batch's end when the caller asks to stop."""
        is_late = self._plan.wanted.is_late
        marks = {} if self._plan.restart else read_marks(run.connection, str(self._plan.wanted))
        gathered = self.gather(parts, marks, run.hooks.should_stop)
        start, finish = (self._start_late, self._finish_late) if is_late else (start_batch, finish_batch)

        def finished(run: Run, batch: UnderWay) -> Loaded:
            self._rest(run.hooks.should_stop)
            loaded = finish(run, batch)
            self._pace(batch.items, loaded.seconds)
            self._watcher.on_loaded(loaded)
            return loaded

        line = Line(run, finished)
        report = line.take(start(line, info, one) for one in batches_of(gathered))
        passed = sum(self.tally.passed[one] for one in LATE)
        return Report(report.loaded, report.held - passed, report.stopped)

    def count(
        self, parts: Iterable[Part], marks: Mapping[str, Mark], should_stop: Callable[[], bool]
    ) -> Counted:
        """How many items would be examined; nothing is written, and `tally` says the rest."""
        counted = Counted()
        for portion in self.gather(parts, {} if self._plan.restart else marks, should_stop):
            refused = [one.dropped.reason for one in portion.found if isinstance(one, Refusal)]
            counted.items += len(portion.found) - len(refused)
            counted.refused.update(refused)
        return counted

    def gather(
        self, parts: Iterable[Part], marks: Mapping[str, Mark], should_stop: Callable[[], bool]
    ) -> Iterator[Portion]:
        """The items of all parts in portions, from their marks on; at a stop those that were read by then."""
        for part in parts:
            mark = self._mark_of(part, marks)
            self.tally.parts += 1
            self.tally.ended_earlier += mark.is_done
            is_done = mark.is_done
            if not is_done:
                self._watcher.on_part(part, mark.position)
                with closing(part.read(self._reading(mark))) as steps:
                    is_done = yield from self._read(steps, mark, should_stop)
                if should_stop():
                    break
            self.tally.ended += is_done
            self._watcher.on_end(part)
        if self._gathered.steps or self._gathered.portion.marks:
            yield self._taken()

    def _read(
        self, steps: Steps, mark: Mark, should_stop: Callable[[], bool]
    ) -> Generator[Portion, None, bool]:
        """The portions that become full within a part. Returns whether it was read to its end."""
        step = None
        for step in self._timed(steps):
            if self._gathered.is_batch or self._gathered.filling.is_portion:
                self._note(replace(mark, position=step.position))
                yield self._taken()
            if should_stop():
                self._note(replace(mark, position=step.position))
                return False
            if not self._gathered.steps:
                self._gathered.filling.limits = self._limits_now()
            self._gathered.add(step)
            if step.passed is not None:
                self.tally.passed[step.passed] += 1
            is_item, is_passed = step.found is not None, step.passed is not None
            mark = replace(mark, items=mark.items + is_item, passed=mark.passed + is_passed)
        is_done = step is None or not _is_unreadable(step)
        self.tally.unreadable += not is_done
        self._note(replace(mark, position=step.position if step else mark.position, is_done=is_done))
        return is_done

    def _timed(self, steps: Steps) -> Iterator[Step]:
        """The steps, and how long each was waited for."""
        began = time.monotonic()
        for step in steps:
            self._gathered.seconds += time.monotonic() - began
            yield step
            began = time.monotonic()

    def _reading(self, mark: Mark) -> Reading:
        return Reading(self._limits, mark.position, self._plan.wanted, self._plan.columns, self._on_bytes)

    def _mark_of(self, part: Part, marks: Mapping[str, Mark]) -> Mark:
        """The mark of a part, if it is of the same version of it; else that of its beginning."""
        mark = marks.get(part.name)
        if mark is not None and part.version and mark.version == part.version:
            return mark
        return Mark(part.name, str(self._plan.wanted), part.version, 0, is_done=False, items=0, passed=0)

    def _note(self, mark: Mark) -> None:
        if mark.version:
            self._gathered.portion.marks[mark.part] = mark

    def _taken(self) -> Portion:
        """The present portion; the next one is of the next batch if this one is full."""
        gathered = self._gathered
        portion, gathered.portion = gathered.portion, Portion()
        portion.is_last = gathered.is_batch
        if portion.is_last:
            self._gathered = Gathered(Filling(self._limits))
        else:
            gathered.filling.portion_bytes = 0
        return portion

    def _limits_now(self) -> Limits:
        """The bounds of a batch that begins."""
        if not self._is_beside():
            return self._limits
        most = min(self._limits.batch_bytes, BESIDE_BYTES)
        return replace(self._limits.in_loads_of(self._beside_items), batch_bytes=most)

    def _rest(self, should_stop: Callable[[], bool]) -> None:
        """Leave the tables to a watch, where there is one, for its share of the time."""
        if not self._is_beside():
            return
        while not should_stop() and (seconds := self._rest_until - time.monotonic()) > 0:
            time.sleep(min(seconds, LOOK_SECONDS))

    def _pace(self, items: int, seconds: float) -> None:
        """Note how long the load of so many items took: the next ones beside a watch go by that."""
        self._rest_until = time.monotonic() + BESIDE_REST * seconds
        if seconds:
            fitting = round(items * BESIDE_SECONDS / seconds)
            self._beside_items = min(max(BESIDE_ITEMS, fitting), self._limits.load_items)

    def _on_bytes(self, count: int) -> None:
        self.tally.bytes += count
        self._watcher.on_bytes(count)

    def _start_late(self, line: Line, info: BatchInfo, portions: Iterable[Portion]) -> UnderWay:
        """Hand items to the workers; which of them become captures is not known yet."""
        batch = list(portions)
        found = [one for portion in batch for one in portion.found]
        new = new_items(line.run.connection, found)
        items = [one for one in new if isinstance(one, Item)]
        refusals = [one for one in new if isinstance(one, Refusal)]
        marks = {mark.part: mark for portion in batch for mark in portion.marks.values()}
        return UnderWay(info, NO_FILE, line.submit(items), refusals, len(found), list(marks.values()), items)

    def _finish_late(self, run: Run, batch: UnderWay) -> Loaded:
        """Keep and load what is wanted."""
        run.hooks.on_items(batch.items - len(batch.tasks))
        kept: list[tuple[Item, Extracted | Dropped]] = []
        for item, (_, task) in zip(batch.held, batch.tasks, strict=True):
            outcome = task.result()
            run.hooks.on_items(1)
            passed = self._plan.wanted.refuses_article(_article_of(outcome))
            if passed is None:
                kept.append((item, outcome))
            else:
                self.tally.passed[passed] += 1
        file = write_captures(run, batch.info, [*(item for item, _ in kept), *batch.refusals])
        examined = [examined_in(file, item.capture, outcome) for item, outcome in kept]
        found = Batch(file.batch_id, batch.info, examined, batch.refusals, batch.marks)
        return load_folder(run, stage_batch(run.settings.staging, found))


def _article_of(outcome: Extracted | Dropped) -> Article | Dropped:
    return outcome if isinstance(outcome, Dropped) else outcome.article


def _is_unreadable(step: Step) -> bool:
    """Whether a part ended before its end: the next run goes on there."""
    return isinstance(step.found, Refusal) and step.found.dropped.reason is Reason.UNREADABLE
