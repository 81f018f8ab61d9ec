"""A source becomes batches, and batches become tables. The CLI, the stream and the DAGs all call this.

    found items ── cut ──> portions, so many to a batch
    portion ── what is new? ──> capture file, workers
    batch ── capture file on disk, all examined ──> staged Parquet ── load ──> tables

While the workers are busy with one batch, the next one is read, and when all of the first is examined it is
loaded, while the workers have a few items of the next. Payloads are held a portion at a time, and until the
workers have examined them; of a batch there are only the results. A crash at any point loses nothing: run the
same again, and what was loaded is recognised.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import duckdb

from pipeline.archive.captures import (
    CaptureFile,
    CaptureWriter,
    Segment,
    batch_id_of,
    list_live_files,
    read_segments,
)
from pipeline.archive.live import cut_torn_end
from pipeline.archive.parts import Mark
from pipeline.archive.stored import put_captures
from pipeline.archive.writing import BatchInfo
from pipeline.portions import Found, Portion, batches_of, cut
from pipeline.records import Capture, Dropped, Item, Refusal
from pipeline.settings import Settings
from pipeline.warehouse.compact import Tidying
from pipeline.warehouse.known import known_captures, known_refusals, last_offset
from pipeline.warehouse.load import Loaded, load_staged
from pipeline.warehouse.match import hold_shingles
from pipeline.warehouse.stage import Batch, Examined, discard_staged, stage_batch
from pipeline.work import Ahead, Extracted, Task, Workers, examine

Handed = tuple[Capture, Task[Extracted | Dropped]]
NO_FILE = CaptureFile("", "", {})
NEWEST = 2  # live files looked at after a kill: two that began within one second are in no order


def _nothing(*_: object) -> None:
    """The default hook."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the caller wants to hear of: items that are known to come, or have left the pipeline; waiting."""

    on_items: Callable[[int], None] = _nothing
    on_total: Callable[[int], None] = _nothing
    on_wait: Callable[[], None] = _nothing
    should_stop: Callable[[], bool] = bool


@dataclass(frozen=True, slots=True)
class Run:
    """All that a run works with; opened by the caller."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    workers: Workers
    hooks: Hooks = field(default_factory=Hooks)
    tidying: Tidying = field(default_factory=Tidying)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run brought. `held` counts the items that an earlier load had already brought."""

    loaded: Loaded
    held: int
    stopped: bool

    @property
    def items(self) -> int:
        """All items that were read."""
        return self.loaded.ended.total() + self.held

    def plus(self, other: "Report") -> "Report":
        """Both runs as one."""
        return Report(self.loaded + other.loaded, self.held + other.held, other.stopped)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """One batch whose captures are on disk and whose items are with the workers.

    `marks`: how far parts of an archive were read when it was complete; they are loaded with it. `held`:
    items of a backfill that become captures only if their articles are wanted.
    """

    info: BatchInfo
    file: CaptureFile
    tasks: Sequence[Handed]
    refusals: Sequence[Refusal]
    items: int
    marks: Sequence[Mark] = ()
    held: Sequence[Item] = ()

    @property
    def is_examined(self) -> bool:
        """Whether the workers are through with it."""
        return all(task.is_done for _, task in reversed(self.tasks))


class Line:
    """The batches of a run that are with the workers: one, and as much of the next as keeps them busy.

    All that a kill repeats is in here; `finish` brings a batch into the tables.
    """

    def __init__(self, run: Run, finish: Callable[[Run, UnderWay], Loaded] | None = None) -> None:
        self.run = run
        self._finish = finish or finish_batch
        self._ahead = Ahead(run.settings.limits)
        self._before: UnderWay | None = None  # all of it is handed over
        self._loaded = Loaded()

    def submit(self, items: Iterable[Item]) -> list[Handed]:
        """Hand items to the workers, each as soon as there is room for its payload among those that wait.

        Finishes the batch before as soon as the workers are through with it.
        """
        handed = []
        for one in items:
            self._ahead.make_room(len(one.payload))
            if self._before and self._before.is_examined:
                self._finish_before()
            task = self.run.workers.submit(examine, one.capture, one.payload)
            self._ahead.add(len(one.payload), task)
            handed.append((one.capture, task))
        return handed

    def take(self, started: Iterable[UnderWay]) -> Report:
        """Finish batches as they come, each while the next one is handed over."""
        items = 0
        for batch in started:
            items += batch.items
            self._finish_before()
            self._before = batch
        self._finish_before()
        return Report(self._loaded, items - self._loaded.ended.total(), self.run.hooks.should_stop())

    def _finish_before(self) -> None:
        batch, self._before = self._before, None
        if batch is not None:
            self._loaded += self._finish(self.run, batch)


def ingest(found: Iterable[Found], info: BatchInfo, run: Run) -> Report:
    """Bring everything found into the tables. Ends at a batch's end when the caller asks to stop."""
    line = Line(run)
    portions = takewhile(lambda _: not run.hooks.should_stop(), cut(found, run.settings.limits))
    return line.take(start_batch(line, info, batch) for batch in batches_of(portions))


def recover(run: Run) -> Report:
    """Load what a watch that was killed had captured and not loaded yet; it stands at the end of its file."""
    todo: list[tuple[Path, int]] = []
    for path in list_live_files(run.settings.captures)[-NEWEST:]:
        cut_torn_end(path, run.settings.limits)
        todo.append((path, last_offset(run.connection, path.relative_to(run.settings.captures).as_posix())))
    line = Line(run)
    segments = ((path, one) for path, at in todo for one in read_segments(path, run.settings.limits, at))
    return line.take(
        start_replay(line, path, one.info, one.found) for path, one in segments if _has_new(run, one)
    )


def _has_new(run: Run, segment: Segment) -> bool:
    return bool(new_items(run.connection, [one for _, one in segment.found]))


def new_items(
    connection: duckdb.DuckDBPyConnection, items: Sequence[Found], seen: set[object] | None = None
) -> list[Found]:
    """The items that are neither in the tables nor earlier in the batch, of which `seen` is noted."""
    captures = [one.capture.capture_id for one in items if isinstance(one, Item)]
    seen = set() if seen is None else seen
    seen |= known_captures(connection, captures)
    seen |= known_refusals(connection, [one.item_key for one in items if isinstance(one, Refusal)])
    new = []
    for one in items:
        key = one.capture.capture_id if isinstance(one, Item) else (one.item_key, one.dropped.reason.value)
        if key not in seen:
            seen.add(key)
            new.append(one)
    return new


def start_batch(line: Line, info: BatchInfo, portions: Iterable[Portion]) -> UnderWay:
    """Hand the items to the workers, and meanwhile bring the captures to disk."""
    run = line.run
    tasks: list[Handed] = []
    refusals: list[Refusal] = []
    marks: dict[str, Mark] = {}
    items, seen = 0, set[object]()
    with CaptureWriter(run.settings.captures, info) as writer:
        for portion in portions:
            items += len(portion.found)
            marks |= portion.marks
            new = new_items(run.connection, portion.found, seen)
            refusals += write_found(writer, new)
            tasks += line.submit(one for one in new if isinstance(one, Item))
            # The payloads are with the workers and in the file now: nothing here may hold them any longer.
            portion.found.clear()
            new.clear()
        file = writer.finish() if tasks or refusals else NO_FILE
    if file.path:
        put_captures(run.settings, file.path)
    return UnderWay(info, file, tasks, refusals, items, list(marks.values()))


def write_found(writer: CaptureWriter, found: Iterable[Found]) -> list[Refusal]:
    """Append what was found to a capture file; returns the refusals among it."""
    refusals = []
    for one in found:
        if isinstance(one, Item):
            writer.add(one)
        else:
            writer.add_refusal(one)
            refusals.append(one)
    return refusals


def write_captures(run: Run, info: BatchInfo, found: Sequence[Found]) -> CaptureFile:
    """Bring what was found to disk, in a file of its own; without anything found there is none."""
    if not found:
        return NO_FILE
    with CaptureWriter(run.settings.captures, info) as writer:
        write_found(writer, found)
        file = writer.finish()
    put_captures(run.settings, file.path)
    return file


def start_replay(line: Line, path: Path, info: BatchInfo, found: Iterable[tuple[int, Found]]) -> UnderWay:
    """Hand the items of one batch of a capture file, each with its offset, to the workers as they come."""
    tasks: list[Handed] = []
    offsets: dict[str, int] = {}
    refusals: list[Refusal] = []
    items = 0
    for offset, one in found:
        items += 1
        if isinstance(one, Item):
            offsets[one.capture.capture_id] = offset
            tasks += line.submit([one])
        else:
            refusals.append(one)
    warc_file = path.relative_to(line.run.settings.captures).as_posix()
    file = CaptureFile(batch_id_of(list(offsets), refusals), warc_file, offsets)
    return UnderWay(info, file, tasks, refusals, items)


def finish_batch(run: Run, batch: UnderWay) -> Loaded:
    """Collect what the workers made of a batch, stage it and load it."""
    folder = stage_finished(run, batch)
    return Loaded() if folder is None else load_folder(run, folder)


def load_folder(run: Run, folder: Path) -> Loaded:
    """Load a staged batch, and remove its files; merge those of the tables where it is time."""
    loaded = load_staged(run.connection, run.settings, folder, run.hooks.on_wait)
    discard_staged(folder)
    run.tidying.count()
    if run.tidying.is_due(run.settings.limits):
        run.tidying.run(run.connection, run.settings, run.hooks.on_wait)
    return loaded


def stage_finished(run: Run, batch: UnderWay) -> Path | None:
    """Collect what the workers made of a batch and stage it; None where there is nothing in it."""
    run.hooks.on_items(batch.items - len(batch.tasks))
    if not batch.tasks and not batch.refusals and not batch.marks:
        return None
    examined = [_examined(run, capture, task, batch.file) for capture, task in batch.tasks]
    found = Batch(batch.file.batch_id, batch.info, examined, batch.refusals, batch.marks)
    return stage_batch(run.settings.staging, found)


def _examined(run: Run, capture: Capture, task: Task[Extracted | Dropped], file: CaptureFile) -> Examined:
    outcome = task.result()
    run.hooks.on_items(1)
    return examined_in(file, capture, outcome)


def examined_in(file: CaptureFile, capture: Capture, outcome: Extracted | Dropped) -> Examined:
    """What became of a capture of a file, for a batch that is loaded here; matching gets its shingles."""
    if isinstance(outcome, Extracted):
        hold_shingles(outcome.article, (outcome.fingerprint, outcome.shingles))
    return Examined(capture, file.path, file.offsets[capture.capture_id], outcome)
