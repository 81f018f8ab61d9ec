"""What is under way at any time is less than a batch: all that a kill repeats."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import batch
from pipeline.batch import Run
from pipeline.settings import MIB, Limits
from tests.warehouse.corpus import row_item
from tests.warehouse.loading import INFO, Done, OwnProcess, open_warehouse

ITEMS = 45


class Late:
    """A task that ends only when somebody waits for it, as the last of a batch may."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        self.is_done = False

    def hold(self) -> None:
        self.is_done = True

    def result(self) -> Any:
        self.is_done = True
        return self.outcome


@dataclasses.dataclass
class Counting(OwnProcess):
    """Notes at each item how many have been handed over and are not in the tables."""

    task: Callable[[Any], Any]
    handed: int = 0
    under_way: list[int] = dataclasses.field(default_factory=list)
    run: Run | None = None

    def submit(self, function: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
        assert self.run is not None
        loaded = self.run.connection.execute("select count(*) from captures").fetchall()[0][0]
        self.handed += 1
        self.under_way.append(self.handed - loaded)
        return self.task(super().submit(function, one, other).outcome)


@pytest.mark.parametrize(
    ("task", "most"), [(Late, 9), (Done, 8)], ids=["ended when waited for", "ended at once"]
)
def test_a_batch_is_loaded_when_all_of_it_is_examined_and_the_next_one_has_begun(
    tmp_path: Path, task: Callable[[Any], Any], most: int
) -> None:
    workers = Counting(task)
    with open_warehouse(tmp_path, workers=workers) as opened:
        settings = dataclasses.replace(opened.settings, limits=Limits(batch_items=10))
        workers.run = dataclasses.replace(opened, settings=settings)
        items = [row_item(f"https://n.example/{n}", n % 6, 0, n, None) for n in range(ITEMS)]
        report = batch.ingest(items, INFO, workers.run)
    assert report.loaded.ended.total() == ITEMS
    assert max(workers.under_way) == most


def test_the_limits_of_a_load_and_of_what_goes_ahead_are_a_batch_together() -> None:
    for items in (2, 3, 10, 1250):
        limits = Limits(batch_items=items)
        assert limits.load_items + limits.ahead_items == items
        assert limits.load_items >= limits.ahead_items >= 1
    assert Limits(batch_bytes=5 * MIB).load_bytes == 4 * MIB
