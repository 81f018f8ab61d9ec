"""The figures of a watch as plain values, and what it tells at its end."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import TypeVar

import typer

from pipeline.cli.tables import duration, print_table
from pipeline.dispositions import Disposition
from pipeline.gauges import Gauges

Word = TypeVar("Word", bound=str)
# Outcomes of a poll at which the feed answered as a feed should; every other one is a failure.
ANSWERED = {"changed", "same", "unchanged"}


def counted(gauges: Gauges) -> dict[str, object]:
    """What happened since the start."""
    return {
        "polls": _plain(gauges.polls),
        "new_entries": gauges.entries,
        "pages": _plain(gauges.fetches),
        "items": _plain(gauges.ended),
        "rejects": _plain(gauges.reasons),
        "batches": gauges.batches,
        "requests": gauges.requests,
        "received_bytes": gauges.received,
    }


def standing(gauges: Gauges) -> dict[str, object]:
    """How things are now."""
    recent = list(gauges.batch_seconds)
    return {
        "started_at": gauges.started_at,
        "feeds": _plain(gauges.feeds),
        "feeds_due": gauges.feeds_due,
        "lag_seconds": round(gauges.lag_seconds, 1),
        "next_poll_at": gauges.next_poll_at,
        "pages_due": gauges.pages_due,
        "pages_later": gauges.pages_later,
        "results_waiting": gauges.results_waiting,
        "last_batch_at": gauges.last_batch_at,
        "batch_median_seconds": round(median(recent), 3) if recent else None,
    }


def failed(gauges: Gauges) -> bool:
    """Whether a feed failed or an item was rejected."""
    failures = sum(count for outcome, count in dict(gauges.polls).items() if outcome not in ANSWERED)
    return bool(failures or gauges.ended[Disposition.REJECTED])


def print_report(gauges: Gauges, tables: dict[str, int], data: Path, seconds: float) -> None:
    """The report for people."""
    typer.echo(_line(gauges.polls, "poll", f" in {duration(seconds)}"))
    noun = "entry" if gauges.entries == 1 else "entries"
    typer.echo(f"{gauges.entries:,} new {noun}")
    typer.echo(_line(gauges.fetches, "page"))
    typer.echo(_line(gauges.ended, "item"))
    for reason, count in gauges.reasons.most_common():
        typer.echo(f"  rejected: {count:,} {reason}")
    print_table(["table", "rows"], list(tables.items()), sys.stdout)
    typer.echo(f'Tables are in {data}. What is missing, and why: newsflow sql "from discovery_gaps"')


def print_json(gauges: Gauges, seconds: float) -> None:
    """The report for programs."""
    typer.echo(json.dumps({**counted(gauges), "seconds": round(seconds, 1)}))


def _line(counts: Mapping[Word, int], noun: str, span: str = "") -> str:
    """`3 polls in 1.2 s: 2 changed, 1 timeout`."""
    total = sum(counts.values())
    parts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in _plain(counts).items())
    return f"{total:,} {noun}{'' if total == 1 else 's'}{span}" + (f": {parts}" if parts else "")


def _plain(counts: Mapping[Word, int]) -> dict[str, int]:
    """Without zeros, most first; also of a mapping that another thread writes to."""
    present = [(str(name), count) for name, count in dict(counts).items() if count]
    return dict(sorted(present, key=lambda one: (-one[1], one[0])))
