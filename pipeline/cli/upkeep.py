"""`newsflow publish` and `check`: sharing and proving the tables."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, settings
from pipeline.errors import UsageError

EXIT_OFFENDERS = 1


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=COMPACT_EXAMPLES)(compact)
    app.command(epilog=PUBLISH_EXAMPLES)(publish)
    app.command(epilog=CHECK_EXAMPLES)(check)


COMPACT_EXAMPLES = """
Once a day:

newsflow compact --keep-polls 90
"""
PUBLISH_EXAMPLES = """
Example:

newsflow publish share/news.duckdb
"""
CHECK_EXAMPLES = """
In a nightly job:

newsflow check || mail -s "news tables" desk@example.org
"""


def compact(
    keep_polls: Annotated[
        int | None,
        typer.Option(
            "--keep-polls", min=7, metavar="DAYS", help="Forget polls of feeds that are older than this."
        ),
    ] = None,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Merge the tables' small files, and remove what no snapshot of the last day names; readers go on.

    Articles, captures, entries and attempts at pages are all kept. `watch`, `ingest` and `backfill` merge
    files as they go.
    """
    from pipeline.cli.subscribed import require_tables, writing
    from pipeline.warehouse.compact import compact as merge
    from pipeline.warehouse.compact import count_files, forget_polls

    chosen = settings(data, catalog)
    require_tables(chosen)
    with writing(chosen) as (connection, on_wait):
        before = count_files(connection)
        if keep_polls is not None:
            oldest = datetime.now(UTC) - timedelta(days=keep_polls)
            typer.echo(f"{forget_polls(connection, chosen, oldest, on_wait):,} polls forgotten")
        merge(connection, chosen, on_wait)
        typer.echo(f"{before:,} files of tables before, {count_files(connection):,} now")


def publish(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The .duckdb file to write; s3://bucket/news.duckdb too.")
    ],
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
