"""The status panel of a watch on a terminal: what its gauges say, a subject a line."""

import resource
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.cli.tables import duration
from pipeline.gauges import Gauges

Word = TypeVar("Word", bound=str)
PACE_SECONDS = 60.0
DOT = " · "


@dataclass(slots=True)
class Pace:
    """How fast a count grows, over the last minute."""

    _marks: deque[tuple[float, int]] = field(default_factory=deque)

    def per_second(self, at: float, count: int) -> float:
        """The rate at `at` (seconds of any steady clock), when the count is this."""
        self._marks.append((at, count))
        while at - self._marks[0][0] > PACE_SECONDS:
            self._marks.popleft()
        first_at, first = self._marks[0]
        return (count - first) / (at - first_at) if at > first_at else 0.0


@dataclass(frozen=True, slots=True)
class Beside:
    """What the panel shows beside the gauges. `latest`: a line of the log; `memory`: bytes."""

    data: Path
    memory: int
    requests_a_second: float
    latest: str = ""
    stopping: bool = False


def draw(gauges: Gauges, beside: Beside, now: datetime) -> RenderableType:
    """The panel at a moment."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in rows(gauges, beside, now):
        grid.add_row(name, Text(text))
    state = "stopping" if beside.stopping else f"for {duration((now - gauges.started_at).total_seconds())}"
    return Group(Text(f"newsflow watch, {state}: {beside.data}", style="bold"), grid)


def rows(gauges: Gauges, beside: Beside, now: datetime) -> list[tuple[str, str]]:
    """The lines: a subject, and what is to be said about it."""
    rate, received = f"{beside.requests_a_second:.1f} requests/s", f"{mib(gauges.received)} received"
    lines = [
        ("feeds", [counts(gauges.feeds), _due(gauges, now)]),
        ("polls", [counts(gauges.polls), f"{gauges.entries:,} new entries"]),
        ("pages", [counts(gauges.fetches), f"{gauges.pages_due:,} due", f"{gauges.pages_later:,} later"]),
        ("items", [counts(gauges.ended)]),
        ("rejected", [counts(gauges.reasons)]),
        ("loads", _loads(gauges, now)),
        ("network", [rate, f"{gauges.requests_under_way:,} under way", received]),
        ("memory", [f"{mib(beside.memory)}, without workers"]),
        ("latest", [beside.latest]),
    ]
    return [(name, DOT.join(filter(None, parts))) for name, parts in lines if any(parts)]


def counts(counted: Mapping[Word, int]) -> str:
    """`120 changed · 4 timeout`, most first."""
    present = [(str(name), count) for name, count in dict(counted).items() if count]
    ordered = sorted(present, key=lambda one: (-one[1], one[0]))
    return DOT.join(f"{count:,} {name.replace('_', ' ')}" for name, count in ordered)


def mib(size: int) -> str:
    """A size in MiB, which nobody reads more exactly."""
    return f"{size / 1024**2:,.0f} MiB"


def resident_bytes() -> int:
    """The memory that this process holds (Linux: proc_pid_statm(5))."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def _due(gauges: Gauges, now: datetime) -> str:
    if gauges.feeds_due:
        return f"{gauges.feeds_due:,} due, the longest for {duration(gauges.lag_seconds)}"
    if gauges.next_poll_at is None:
        return "none due"
    return f"next poll in {duration(max(0.0, (gauges.next_poll_at - now).total_seconds()))}"


def _loads(gauges: Gauges, now: datetime) -> list[str]:
    parts = [f"{gauges.batches:,}"]
    recent = list(gauges.batch_seconds)
    if recent:
        parts.append(f"median {duration(median(recent))}, last {duration(recent[-1])}")
    if gauges.last_batch_at:
        parts.append(f"{duration(max(0.0, (now - gauges.last_batch_at).total_seconds()))} ago")
    return [*parts, f"{gauges.results_waiting:,} waiting"]
