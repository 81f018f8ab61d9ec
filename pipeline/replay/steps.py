"""Steps: a part of what is to do, with the workers while the results of earlier ones are stored."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.batch import Run
from pipeline.records import Dropped
from pipeline.warehouse.run_sql import count_rows
from pipeline.work import Task

Subject = TypeVar("Subject")
Result = TypeVar("Result")
# With the workers beyond the step whose results are waited for: enough to bridge the storing of one.
AHEAD = 200


@dataclass(frozen=True, slots=True)
class Step(Generic[Subject, Result]):
    """One step: what the workers are at, in order."""

    number: int
    tasks: Sequence[tuple[Subject, Task[Result]]]

    def results(self, run: Run) -> Iterator[tuple[Subject, Result | Dropped]]:
        """What they made of each, as it comes."""
        for subject, task in self.tasks:
            yield subject, task.result()
            run.hooks.on_items(1)


def run_steps(
    run: Run, submit: Callable[[int], Sequence[tuple[Subject, Task[Result]]]]
) -> Iterator[Step[Subject, Result]]:
    """The steps of the table `todo`, in order; those under way are the last where the caller asks to stop."""
    under_way: deque[Step[Subject, Result]] = deque()
    for number in range(count_steps(run)):
        if run.hooks.should_stop():
            break
        under_way.append(Step(number, submit(number)))
        while sum(len(step.tasks) for step in under_way) - len(under_way[0].tasks) >= AHEAD:
            yield under_way.popleft()
    yield from under_way


def announce(run: Run) -> None:
    """Tell how many items there are to do."""
    run.hooks.on_total(count_rows(run.connection, "todo"))


def count_steps(run: Run) -> int:
    """How many steps the table `todo` has, numbered from 0."""
    row = run.connection.execute("select coalesce(max(step) + 1, 0) from todo").fetchone()
    return int(row[0]) if row else 0
