"""Captures since a time again, with all others of their articles; everything else is taken over as it is.

    tables ── copy ──> beside.main
    captures ── clean, load ──> beside.again          revisions and the ledger, no matching
    beside.again ── what has changed ──> matched in beside.main, in the order of loads
                 ── all of it ──> in place of what beside.main had of it

So an unchanged article keeps its story, its pairs, and what was boilerplate when it came.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from pipeline.archive.captures import read_item
from pipeline.archive.stored import captured
from pipeline.archive.writing import BatchInfo
from pipeline.batch import Line, Report, Run, UnderWay, start_replay
from pipeline.replay.steps import announce, count_steps
from pipeline.replay.whole import finish_by
from pipeline.warehouse.beside import (
    AGAIN,
    MADE_TABLES,
    add_schema,
    copy_tables,
    load_unmatched,
    match_again,
    transaction,
    use,
)
from pipeline.warehouse.connect import MAIN
from pipeline.warehouse.load import Loaded
from pipeline.warehouse.run_sql import count_rows, run_file
from pipeline.warehouse.sql_files import read_sql


class CapturesSince:
    """Only what the tables hold: captures on disk that were never loaded come by a replay of everything."""

    name: ClassVar[str] = "clean"
    swapped: ClassVar[tuple[str, ...]] = MADE_TABLES
    update: ClassVar[str | None] = None

    def __init__(self, since: datetime) -> None:
        self.report = Report(Loaded(), 0, stopped=False)
        self._since = since

    def begin(self, run: Run) -> None:
        """Copy the tables, and make room for what is made again."""
        copy_tables(run.connection)
        add_schema(run.connection, AGAIN)
        run_file(run.connection, "replay/since_begin.sql")

    def plan(self, run: Run) -> int:
        """How many captures are to be made again."""
        use(run.connection, AGAIN)
        run_file(run.connection, "replay/since_to_do.sql", {"since": self._since})
        return count_rows(run.connection, "todo")

    def work(self, run: Run) -> None:
        """Make them again, then match those articles that have changed."""
        announce(run)
        line = Line(run, finish_by(load_unmatched))
        self.report = self.report.plus(line.take(_started(line)))
        if self.report.stopped:
            return
        run_file(run.connection, "replay/since_asked.sql")
        use(run.connection, MAIN)
        run_file(run.connection, "replay/since_arrivals.sql")
        for step in range(count_steps(run)):
            with transaction(run.connection):
                run_file(run.connection, "replay/since_arrival.sql", {"step": step})
                match_again(run.connection)

    def complete(self, run: Run) -> None:
        """Put what was made again in its place."""
        use(run.connection, MAIN)
        run_file(run.connection, "replay/since_fold.sql")


def _started(line: Line) -> Iterator[UnderWay]:
    """Load by load, what is to be read again of it."""
    for step in range(count_steps(line.run)):
        if line.run.hooks.should_stop():
            return
        yield _start(line, step)


def _start(line: Line, step: int) -> UnderWay:
    """Hand the captures of one load to the workers. A load's captures lie in one file."""
    run = line.run
    rows = run.connection.execute(read_sql("replay/since_step.sql"), {"step": step}).fetchall()
    warc_file, _, batch_id, kind, source, started_at = rows[0]
    limits, info = run.settings.limits, BatchInfo(kind, source, started_at)
    with captured(run.settings, warc_file) as path:
        found = ((offset, read_item(path, offset, limits, started_at)) for _, offset, *_ in rows)
        started = start_replay(line, run.settings.captures / warc_file, info, found)
    return replace(started, file=replace(started.file, batch_id=batch_id))
