"""What a run tells at its end, and the exit code that follows from it."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from pipeline.cli.options import messages
from pipeline.cli.tables import duration, print_table
from pipeline.dispositions import Disposition
from pipeline.errors import SourceError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.batch import Report

EXIT_REJECTED = 1
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Ending:
    """What the caller knows of a run beside its report: the rows of each table, and the seconds it took.

    `more`: what else the report says, by its name in JSON; `lines` say it to people. With `may_be_empty` it
    is no error that there was nothing to read.
    """

    tables: dict[str, int]
    seconds: float
    missing_sources: int = 0
    more: Mapping[str, object] = field(default_factory=dict)
    lines: Sequence[str] = ()
    may_be_empty: bool = False


def finish(report: "Report", settings: Settings, ending: Ending, *, as_json: bool, strict: bool) -> None:
    """Print the report and leave with the exit code that fits."""
    if report.items == 0 and not report.stopped and not ending.may_be_empty:
        raise SourceError("nothing to read: the sources hold no item; name files, folders or archives")
    if as_json:
        typer.echo(json.dumps({**_as_row(report), **ending.more}))
    else:
        _print(report, settings, ending)
    if report.stopped:
        messages().print("newsflow: stopped; what was loaded stays, run the same again to go on")
        raise typer.Exit(EXIT_INTERRUPTED)
    if strict and (ending.missing_sources or report.loaded.ended[Disposition.REJECTED]):
        raise typer.Exit(EXIT_REJECTED)


def _as_row(report: "Report") -> dict[str, int]:
    ended = {disposition.value: report.loaded.ended[disposition] for disposition in Disposition}
    return {"items": report.items, **ended, "already_held": report.held}


def _print(report: "Report", settings: Settings, ending: Ending) -> None:
    counts = {name: count for name, count in _as_row(report).items() if count and name != "items"}
    parts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    noun = "item" if report.items == 1 else "items"
    typer.echo(f"{report.items:,} {noun} in {duration(ending.seconds)}: {parts or 'none'}")
    for reason, count in report.loaded.reasons.most_common():
        typer.echo(f"  rejected: {count:,} {reason}")
    for line in ending.lines:
        typer.echo(line)
    print_table(["table", "rows"], list(ending.tables.items()), sys.stdout)
    typer.echo(f'Tables are in {settings.data}. Ask them: newsflow sql "from quotes limit 5"')
