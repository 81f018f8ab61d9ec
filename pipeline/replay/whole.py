"""Every capture again: all tables that are made from captures."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import duckdb

from pipeline.archive.captures import list_capture_files, settled_size
from pipeline.archive.order import LoadTimes, Part, read_in_order
from pipeline.archive.stored import bring_captures
from pipeline.batch import Line, Report, Run, UnderWay, stage_finished, start_replay
from pipeline.settings import Settings
from pipeline.warehouse.beside import MADE_TABLES, load_beside
from pipeline.warehouse.load import Loaded
from pipeline.warehouse.sql_files import read_sql
from pipeline.warehouse.stage import discard_staged


class CapturesAgain:
    """Batches are taken in the order in which they were loaded: boilerplate comes from those before.

    What is on disk counts, loaded or not: so it also brings in what a killed run captured.
    """

    name: ClassVar[str] = "clean"
    swapped: ClassVar[tuple[str, ...]] = MADE_TABLES
    update: ClassVar[str | None] = None

    def __init__(self) -> None:
        self.report = Report(Loaded(), 0, stopped=False)
        self._done: dict[Path, int] = {}
        self._present: dict[Path, int] = {}
        self._loaded_at = LoadTimes({}, {})

    def begin(self, run: Run) -> None:
        """Ask when everything was loaded, and how much there is."""
        self._loaded_at = read_load_times(run.connection)
        run.hooks.on_total(_count_items(run.connection))

    def plan(self, run: Run) -> int:
        """How many capture files are new or have grown."""
        self._present = _present(run.settings)
        return len(self._parts(run.settings.captures))

    def work(self, run: Run) -> None:
        """Bring them into the tables beside."""
        line = Line(run, finish_by(load_beside))
        self.report = self.report.plus(line.take(self._started(line, self._parts(run.settings.captures))))
        self._done = self._present

    def complete(self, run: Run) -> None:
        """Nothing is taken over."""

    def _parts(self, folder: Path) -> list[Part]:
        return [
            Part(path.relative_to(folder).as_posix(), self._done.get(path, 0), end)
            for path, end in self._present.items()
            if end > self._done.get(path, 0)
        ]

    def _started(self, line: Line, parts: list[Part]) -> Iterator[UnderWay]:
        run, folder = line.run, line.run.settings.captures
        for path, segment in read_in_order(folder, parts, self._loaded_at, run.settings.limits):
            if run.hooks.should_stop():
                return
            yield start_replay(line, folder / path, segment.info, segment.found)


def finish_by(load: Callable[[duckdb.DuckDBPyConnection, Path], Loaded]) -> Callable[[Run, UnderWay], Loaded]:
    """A batch's end beside the tables: what the workers made of it is staged, then loaded in this way."""

    def finish(run: Run, batch: UnderWay) -> Loaded:
        folder = stage_finished(run, batch)
        if folder is None:
            return Loaded()
        loaded = load(run.connection, folder)
        discard_staged(folder)
        return loaded

    return finish


def read_load_times(connection: duckdb.DuckDBPyConnection) -> LoadTimes:
    """When the batches in the tables were loaded."""
    rows = connection.execute(read_sql("replay/load_times.sql")).fetchall()
    of_file: dict[str, datetime] = {}
    for path, _, at in rows:
        of_file[path] = min(at, of_file.get(path, at))
    return LoadTimes({batch_id: at for _, batch_id, at in rows}, of_file)


def _count_items(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select coalesce(sum(items), 0) from newsflow.main.batches").fetchone()
    return int(row[0]) if row else 0


def _present(settings: Settings) -> dict[Path, int]:
    """The capture files, and how far each has grown."""
    bring_captures(settings)
    return {path: settled_size(path) for path in list_capture_files(settings.captures)}
