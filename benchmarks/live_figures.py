"""What benchmarks/live.py plays, and the figures made of what its clients cost and its tables hold."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from tests.live.clocks import FastClock

MIB = 2**20
AGAIN = timedelta(minutes=65)
HOST_SECONDS = 1.0


@dataclass(frozen=True)
class Plan:
    """What is played. `fresh` pages come while the watch runs.

    `quiet`: minutes of `change` before the first new page, and after the last one.
    """

    feeds: int
    entries: int
    pages: int
    fresh: int
    minutes: float
    interval: int
    quiet: float
    began_at: str

    @property
    def fresh_from(self) -> datetime:
        """When the first new page comes: the beginning of `change`, and some time."""
        return datetime.fromisoformat(self.began_at) + 2 * AGAIN + timedelta(minutes=self.quiet)

    @property
    def ends_at(self) -> datetime:
        """When the watch ends."""
        return datetime.fromisoformat(self.began_at) + 2 * AGAIN + timedelta(minutes=self.minutes)

    def fresh_at(self, number: int) -> datetime:
        """When a new page is listed."""
        span = timedelta(minutes=self.minutes - 2 * self.quiet)
        return self.fresh_from + span * (number / max(1, self.fresh))


def host(number: int) -> str:
    """The name of a host."""
    return f"paper{number}.example"


@dataclass(frozen=True)
class Cost:
    """What one client and its workers took."""

    cpu_seconds: float
    wall_seconds: float
    memory: list[int]
    said: dict[str, Any]


def costs(plan: Plan, first: Cost, again: Cost) -> dict[str, float]:
    """Feeds and pages a CPU second."""
    return {
        "first_cpu_seconds": round(first.cpu_seconds, 1),
        "first_wall_seconds": round(first.wall_seconds, 1),
        "again_cpu_seconds": round(again.cpu_seconds, 1),
        "again_wall_seconds": round(again.wall_seconds, 1),
        "feeds_per_cpu_second": round(plan.feeds / again.cpu_seconds, 1),
        "pages_per_cpu_second": round(plan.pages / max(0.01, first.cpu_seconds - again.cpu_seconds), 1),
    }


ROWS = """
with rows_at as (
    select f.page_id, min(b.loaded_at) as loaded_at
    from fetches as f
    inner join articles as a on f.capture_id = a.capture_id
    inner join batches as b on a.batch_id = b.batch_id
    group by f.page_id
)

select e.published_at, e.first_seen_at, r.loaded_at
from entries as e
left join rows_at as r on e.page_id = r.page_id
where e.published_at >= ?
"""
# What each feed's interval was: how long after a poll the next one was due.
WAITS = """
select f.feed_url, list(struct_pack(at := p.polled_at, next_at := p.next_poll_at) order by p.polled_at)
from polls as p
inner join feeds as f on p.feed_id = f.feed_id
group by f.feed_url
"""


def delays(plan: Plan, data: Path, clock: FastClock, loads_end: Sequence[float]) -> dict[str, float]:
    """From listing to row. `loaded_at` is the machine's time when a load begins; readers see it at its end.

    A change that no poll had seen when the watch ended has waited until then, and counts with that.
    """
    with connect(settings_for(data), read_only=True) as connection:
        found = connection.execute(ROWS, [plan.fresh_from - timedelta(seconds=1)]).fetchall()
        waits = dict(connection.execute(WAITS).fetchall())
    rows = {published_at.replace(microsecond=0): (seen, loaded) for published_at, seen, loaded in found}
    ended_at = plan.ends_at
    whole, beyond, lags = [], [], []
    for number in range(plan.fresh):
        published_at = plan.fresh_at(number)
        polls = next(polls for url, polls in waits.items() if f"//{host(number % plan.feeds)}:" in url)
        before = next(poll for poll in reversed(polls) if poll["at"] < published_at)
        seen, loaded = rows.get(published_at.replace(microsecond=0), (None, None))
        at = ended_at
        if seen is not None:
            at = clock.at(_end_of(loaded, loads_end)) if loaded else ended_at
            lags.append((at - seen).total_seconds())
        whole.append((at - published_at).total_seconds())
        beyond.append((at - max(before["next_at"], published_at)).total_seconds())
    return {
        "changes": plan.fresh,
        "unseen": plan.fresh - len(rows),
        "delay_p50": _percentile(whole, 50),
        "delay_p95": _percentile(whole, 95),
        "lag_p95": _percentile(lags, 95),
        "delay_over_due_p95": _percentile(beyond, 95),
    }


def _end_of(loaded_at: datetime, loads_end: Sequence[float]) -> datetime:
    """When the load ended that began then; loads of a watch follow each other."""
    return datetime.fromtimestamp(min(end for end in loads_end if end >= loaded_at.timestamp()), UTC)


def memory_of(first: Cost, change: Cost) -> dict[str, float]:
    """Peaks, and growth over time. The first third is left out: it starts and catches up."""
    third = len(change.memory) // 3
    middle, last = change.memory[third : 2 * third], change.memory[2 * third :]
    return {
        "first_peak_mib": round(max(first.memory, default=0) / MIB),
        "change_peak_mib": round(max(change.memory, default=0) / MIB),
        "memory_growth": round(statistics.median(last or [1]) / statistics.median(middle or [1]), 3),
    }


def _percentile(values: Sequence[float], percent: int) -> float:
    if not values:
        return float("nan")
    return round(sorted(values)[min(len(values) - 1, len(values) * percent // 100)], 1)


def offences(figures: dict[str, float], floors: Sequence[str], ceilings: Sequence[str]) -> list[str]:
    """What is worse than it may be."""
    bad = []
    for limit, sign in [*((one, 1) for one in floors), *((one, -1) for one in ceilings)]:
        name, _, value = limit.partition("=")
        if not sign * figures[name] >= sign * float(value):
            bad.append(f"{name} is {figures[name]}, {'below' if sign > 0 else 'above'} {value}")
    if figures["min_gap"] < HOST_SECONDS or figures["max_at_once"] > 1:
        bad.append(f"impolite: a gap of {figures['min_gap']} s, {figures['max_at_once']} at once")
    return bad
