"""`newsflow replay`, `publish` and `check`: rebuilding, sharing and proving the tables."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, Workers, messages, settings
from pipeline.errors import SourceError

EXIT_OFFENDERS = 1


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=REPLAY_EXAMPLES)(replay)
    app.command(epilog=PUBLISH_EXAMPLES)(publish)
    app.command(epilog=CHECK_EXAMPLES)(check)


REPLAY_EXAMPLES = """
Example, after an upgrade or a lost catalog:

    newsflow replay --data /srv/news
"""
PUBLISH_EXAMPLES = """
Example:

    newsflow publish share/news.duckdb
"""
CHECK_EXAMPLES = """
Example, in a nightly job:

    newsflow check || mail -s "news tables" desk@example.org
"""


def replay(
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    workers: Workers = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Rebuild every table from the captures alone, with today's code.

    The new tables are built beside the old ones and take their place in one transaction: readers see the old
    ones until then. Loads that other processes make meanwhile are waited for and taken along.
    """
    from pipeline import batch
    from pipeline.archive.captures import list_capture_files
    from pipeline.cli.report import finish
    from pipeline.cli.running import open_run

    chosen = settings(data, catalog, workers)
    if not list_capture_files(chosen.captures):
        raise SourceError(f"no captures in {chosen.captures}: nothing to replay")
    with open_run(chosen, "replaying") as run:
        report = batch.replay(run)
    finish(report, chosen, as_json=as_json, strict=False)


def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .duckdb file to write.")],
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Copy the tables into one plain DuckDB file, replacing it atomically: for sharing and for BI tools."""
    from pipeline.warehouse.publish import publish_copy

    rows = publish_copy(settings(data, catalog), file)
    Console(highlight=False, soft_wrap=True).print(f"{file}: {rows:,} rows")


def check(
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    captures: Annotated[
        bool, typer.Option("--captures/--no-captures", help="Read every capture back and compare its digest.")
    ] = True,
) -> None:
    """Prove the tables: keys, references, the ledger, quote offsets, captures. Exit 1 on offenders."""
    from pipeline.warehouse.check import run_checks

    console = Console(highlight=False, markup=False, soft_wrap=True)
    failed = 0
    for outcome in run_checks(settings(data, catalog), with_captures=captures):
        failed += bool(outcome.offenders)
        verdict = f"{outcome.offenders:,} offenders" if outcome.offenders else "ok"
        console.print(f"{outcome.name:32} {verdict}")
        for example in outcome.examples:
            console.print(f"    {example}")
    if failed:
        messages().print(f"newsflow: {failed} checks found offenders")
        raise typer.Exit(EXIT_OFFENDERS)
