"""`newsflow publish` and `check`: sharing and proving the tables."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, settings
from pipeline.errors import UsageError

EXIT_OFFENDERS = 1


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=PUBLISH_EXAMPLES)(publish)
    app.command(epilog=CHECK_EXAMPLES)(check)


PUBLISH_EXAMPLES = """
Example:

newsflow publish share/news.duckdb
"""
CHECK_EXAMPLES = """
In a nightly job:

newsflow check || mail -s "news tables" desk@example.org
"""


def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .duckdb file to write.")],
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Copy the tables into one plain DuckDB file, replacing it atomically: for sharing and for BI tools."""
    from pipeline.warehouse.publish import publish_copy

    try:
        rows = publish_copy(settings(data, catalog), file)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; choose another file") from error
    typer.echo(f"{file}: {rows:,} rows")


def check(
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    captures: Annotated[
        bool, typer.Option("--captures/--no-captures", help="Read every capture back and compare its digest.")
    ] = True,
) -> None:
    """Prove the tables: keys, references, the ledger, quote offsets, captures. Exit 1 on offenders."""
    from pipeline.warehouse.check import run_checks

    failed = 0
    for outcome in run_checks(settings(data, catalog), with_captures=captures):
        failed += bool(outcome.offenders)
        verdict = f"{outcome.offenders:,} offenders" if outcome.offenders else "ok"
        typer.echo(f"{outcome.name:32} {verdict}")
        for example in outcome.examples:
            typer.echo(f"    {example}")
    if failed:
        noun = "check" if failed == 1 else "checks"
        typer.echo(
            f"newsflow: {failed} {noun} found offenders; `newsflow replay` rebuilds the tables", err=True
        )
        raise typer.Exit(EXIT_OFFENDERS)
