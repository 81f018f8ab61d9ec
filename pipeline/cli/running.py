"""Opening a run: workers, connection, progress bar, and a Ctrl-C that ends at a batch's end."""

import errno
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

import duckdb
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from pipeline.batch import Hooks, Run
from pipeline.cli.options import messages
from pipeline.cli.tables import duration
from pipeline.errors import WarehouseError
from pipeline.settings import Settings
from pipeline.warehouse.connect import connect
from pipeline.warehouse.stage import sweep_leftovers
from pipeline.work import Workers

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# How the same errors read when DuckDB or SQLite met them.
FULL_SIGNS = ("No space left", "disk is full", "File too large", "quota exceeded", "disk I/O error")
SAFE = "What was loaded is safe"
AGAIN = "run the same again"


@contextmanager
def open_run(settings: Settings, verb: str) -> Iterator[Run]:
    """Everything that a run works with; the tables are up to date when it opens."""
    console = messages()
    with (
        stop_on_interrupt(console) as should_stop,
        progress_bar(console, verb) as bar,
        opened(settings, Hooks(bar.advance, bar.expect, waiting(console), should_stop)) as run,
    ):
        yield run


@contextmanager
def opened(settings: Settings, hooks: Hooks, niceness: int = 0) -> Iterator[Run]:
    """Workers and tables, for a caller with hooks of its own; `niceness` is that of the workers."""
    with (
        disk_errors(settings),
        Workers(settings.workers, settings.limits, niceness) as workers,
        connect(settings, on_wait=hooks.on_wait) as connection,
    ):
        sweep_leftovers(settings, datetime.now(UTC))
        yield Run(settings, connection, workers, hooks)


def waiting(console: Console) -> Callable[[], None]:
    """Says that somebody else is writing."""
    return lambda: console.print("newsflow: another writer is loading; waiting for it ...")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that is drawn: items that are done, and items that are known to come."""

    progress: Progress
    task: TaskID

    def advance(self, count: int) -> None:
        """So many more are done."""
        if self.progress.disable:
            return  # the rate is told from up to a thousand samples, for each item
        self.progress.advance(self.task, count)
        now = self.progress.tasks[0]
        speed, left = now.finished_speed or now.speed, now.time_remaining
        parts = [f"{speed:,.0f}/s"] if speed else []
        parts += [f"{duration(left)} left"] if left else []
        self.progress.update(self.task, rate=", ".join(parts))

    def expect(self, count: int) -> None:
        """So many more are to come; where nobody says so, only what is done is shown."""
        total = (self.progress.tasks[0].total or 0) + count
        self.progress.update(self.task, total=total or None, of=f" of {total:,}" if total else "")


@contextmanager
def progress_bar(console: Console, verb: str) -> Iterator[Bar]:
    """A count of items with its rate; nothing where standard error is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn(f"{verb} {{task.completed:,.0f}}{{task.fields[of]}} items"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, progress.add_task(verb, total=None, rate="", of=""))


@contextmanager
def stop_on_interrupt(console: Console) -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C asks the run to end after the batches under way; the second one ends it at once."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        console.print("stopping after the batches under way; Ctrl-C again stops at once (nothing is lost)")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def disk_errors(settings: Settings) -> Iterator[None]:
    """A full disk or a failing catalog is said in one line: loaded batches are whole, others left no row."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise WarehouseError(f"{settings.data}: {error.strerror}. {SAFE}; make room and {AGAIN}") from error
    except (duckdb.Error, WarehouseError) as error:
        problem = str(error).partition("\n")[0]
        if any(sign in str(error) for sign in FULL_SIGNS):
            raise WarehouseError(f"{settings.data}: {problem}. {SAFE}; make room and {AGAIN}") from error
        if isinstance(error, WarehouseError):
            raise
        raise WarehouseError(f"{settings.data}: {problem}. {SAFE}; {AGAIN}") from error
