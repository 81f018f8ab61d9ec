"""What a run tells at its end, and the exit code that follows from it."""

import json

import typer
from rich.console import Console
from rich.table import Table

from pipeline.batch import Report
from pipeline.cli.options import messages
from pipeline.dispositions import Disposition
from pipeline.errors import SourceError
from pipeline.settings import Settings
from pipeline.warehouse.connect import connect
from pipeline.warehouse.query import count_reasons, count_tables

EXIT_REJECTED = 1
EXIT_INTERRUPTED = 130


def finish(report: Report, settings: Settings, *, as_json: bool, strict: bool, missing: int = 0) -> None:
    """Print the report and leave with the exit code that fits."""
    if report.items == 0 and not report.stopped:
        raise SourceError("nothing to read: the sources hold no item")
    if as_json:
        typer.echo(json.dumps(_as_row(report)))
    else:
        _print(report, settings)
    if report.stopped:
        messages().print("stopped; run the same again to go on")
        raise typer.Exit(EXIT_INTERRUPTED)
    if strict and (missing or report.ended[Disposition.REJECTED]):
        raise typer.Exit(EXIT_REJECTED)


def _as_row(report: Report) -> dict[str, int]:
    ended = {disposition.value: report.ended[disposition] for disposition in Disposition}
    return {"items": report.items, **ended, "already_held": report.held}


def _print(report: Report, settings: Settings) -> None:
    console = Console(highlight=False)
    counts = {name: count for name, count in _as_row(report).items() if count and name != "items"}
    parts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    console.print(f"{report.items:,} items: {parts or 'none'}")
    with connect(settings, read_only=True) as connection:
        if report.ended[Disposition.REJECTED]:
            for reason, count in count_reasons(connection):
                console.print(f"  rejected so far: {count:,} {reason}")
        table = Table("table", "rows", box=None, pad_edge=False)
        table.columns[1].justify = "right"
        for name, rows in count_tables(connection).items():
            table.add_row(name, f"{rows:,}")
        console.print(table)
    console.print(f'Tables are in {settings.data}. Ask them: newsflow sql "from quotes limit 5"')
