"""How far a backfill is, while it runs, and what it says of its parts at the end."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from pipeline.archive.parts import Part
from pipeline.backfill import Counted, Tally, Watcher
from pipeline.cli.tables import duration
from pipeline.dispositions import Reason
from pipeline.warehouse.load import Loaded

UNKNOWN_BYTES = 1 << 30  # how large a part is taken to be whose size nobody says: as a file of CC-NEWS
SHOWN_REASONS = 3


@dataclass(slots=True)
class BackfillProgress:
    """A bar over the bytes of all parts, with what came out so far."""

    progress: Progress
    task: TaskID
    items: int = 0
    ended_bytes: int = 0  # of parts that are read
    reasons: Counter[Reason] = field(default_factory=Counter)

    def known(self, parts: Iterable[Part]) -> Iterator[Part]:
        """The parts, when all of them are known: then it can be said how much is left."""
        found = list(parts)
        self.progress.update(self.task, total=sum(map(_size, found)))
        yield from found

    def watcher(self) -> Watcher:
        """What a backfill tells."""
        return Watcher(self._on_part, self._on_end, self._on_bytes, self._on_loaded)

    def on_items(self, count: int) -> None:
        """So many more items have left the pipeline."""
        self.items += count
        self._show()

    def _on_part(self, part: Part, begin: int) -> None:
        self.progress.update(self.task, completed=self.ended_bytes + min(begin, _size(part)))

    def _on_end(self, part: Part) -> None:
        self.ended_bytes += _size(part)
        self.progress.update(self.task, completed=self.ended_bytes)

    def _on_bytes(self, count: int) -> None:
        self.progress.advance(self.task, count)

    def _on_loaded(self, loaded: Loaded) -> None:
        self.reasons += loaded.reasons
        self._show()

    def _show(self) -> None:
        if self.progress.disable:
            return  # what it says takes .2 ms, and comes with each item
        now = self.progress.tasks[0]
        said = [f"{self.items:,} items"]
        if now.elapsed:
            said.append(f"{self.items / now.elapsed:,.0f}/s")
        if now.time_remaining:
            said.append(f"{duration(now.time_remaining)} left")
        if self.reasons:
            most = self.reasons.most_common(SHOWN_REASONS)
            said.append("rejected: " + ", ".join(f"{count:,} {reason}" for reason, count in most))
        self.progress.update(self.task, said=", ".join(said))


@contextmanager
def backfill_progress(console: Console, verb: str) -> Iterator[BackfillProgress]:
    """A bar with its rate, the time left and rejects; nothing where standard error is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn(verb),
        BarColumn(bar_width=20),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[said]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield BackfillProgress(progress, progress.add_task(verb, total=None, said=""))


def _size(part: Part) -> int:
    return UNKNOWN_BYTES if part.size is None else part.size


def row_of(tally: Tally) -> dict[str, object]:
    """What was gone through, for printing as JSON."""
    return {
        "parts": tally.parts,
        "parts_ended": tally.ended,
        "parts_ended_earlier": tally.ended_earlier,
        "bytes_read": tally.bytes,
        "passed": {passed.value: count for passed, count in sorted(tally.passed.items())},
    }


def lines_of(tally: Tally) -> list[str]:
    """The same for people."""
    lines = [f"  passed over: {count:,} {passed}" for passed, count in tally.passed.most_common()]
    earlier = f", {tally.ended_earlier:,} of them before" if tally.ended_earlier else ""
    noun = "part" if tally.parts == 1 else "parts"
    return [*lines, f"{tally.ended:,} of {tally.parts:,} {noun} read to the end{earlier}"]


def print_count(counted: Counted, row: Mapping[str, object], lines: Sequence[str], *, as_json: bool) -> None:
    """Say what a backfill would examine."""
    if as_json:
        unreadable = {reason.value: count for reason, count in sorted(counted.refused.items())}
        typer.echo(json.dumps({"items": counted.items, "refused": unreadable, **row}))
        return
    noun = "item" if counted.items == 1 else "items"
    typer.echo(f"{counted.items:,} {noun} would be examined; nothing was written")
    for reason, count in counted.refused.most_common():
        typer.echo(f"  refused: {count:,} {reason}")
    for line in lines:
        typer.echo(line)
