"""The rounds of a replay: what is to do, then what came meanwhile, until nothing is left; then the swap."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import ClassVar, Protocol

from pipeline.batch import Run
from pipeline.warehouse.beside import built_beside, swap_in, transaction
from pipeline.warehouse.compare import Comparison, compare_tables
from pipeline.warehouse.connect import LAKE, MAIN
from pipeline.warehouse.lock import writer_lock


class Stage(Protocol):
    """What is made again. The tables beside are in use by the connection all the time."""

    name: ClassVar[str]
    swapped: ClassVar[tuple[str, ...]]  # the tables that it makes as a whole
    update: ClassVar[str | None]  # SQL that changes another table at the swap

    def begin(self, run: Run) -> None:
        """Prepare the empty tables beside."""

    def plan(self, run: Run) -> int:
        """Note what is to do by now; returns how much, 0 once the tables beside are up to date."""

    def work(self, run: Run) -> None:
        """Do what was noted, or a part of it where the caller asks to stop."""

    def complete(self, run: Run) -> None:
        """Take over what was not to be made again; within a transaction, once nothing is left to do."""


def replay(run: Run, stage: Stage) -> bool:
    """Make a stage again and swap it in; False where the caller asked to stop, and nothing has changed."""
    with built_beside(run.connection, run.settings, run.hooks.on_wait):
        stage.begin(run)
        while _catch_up(run, stage):
            with writer_lock(run.settings, run.hooks.on_wait):
                if stage.plan(run) == 0:
                    with transaction(run.connection):
                        stage.complete(run)
                    swap_in(run.connection, run.settings, stage.swapped, stage.update)
                    return True
    return False


def compare(run: Run, stage: Stage) -> Comparison | None:
    """Make a stage again and tell what would change; None where the caller asked to stop. Nothing changes."""
    with built_beside(run.connection, run.settings, run.hooks.on_wait):
        stage.begin(run)
        while _catch_up(run, stage):
            with _standing_still(run) as let_go:
                if stage.plan(run) == 0:
                    let_go()
                    stage.complete(run)
                    return compare_tables(run.connection, stage.name)
    return None


def _catch_up(run: Run, stage: Stage) -> bool:
    """One round outside the lock; False where the caller asked to stop."""
    if stage.plan(run):
        stage.work(run)
    return not run.hooks.should_stop()


@contextmanager
def _standing_still(run: Run) -> Iterator[Callable[[], None]]:
    """One snapshot of the tables, taken while nobody loads; what it yields lets others load again."""
    with ExitStack() as lock:
        lock.enter_context(writer_lock(run.settings, run.hooks.on_wait))
        run.connection.execute("begin")
        try:
            run.connection.execute(f"select 1 from {LAKE}.{MAIN}.batches limit 1")  # here the snapshot begins
            yield lock.close
        finally:
            run.connection.rollback()
