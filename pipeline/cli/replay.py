"""`newsflow replay`: the tables made again with today's code."""

import time
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, Workers, settings
from pipeline.errors import SourceError

REPLAY_EXAMPLES = """
After an upgrade, or when the catalog is lost:

newsflow replay --data /srv/news
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=REPLAY_EXAMPLES)(replay)


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
    from pipeline.archive.captures import list_capture_files
    from pipeline.cli.report import Ending, finish
    from pipeline.cli.running import open_run
    from pipeline.replay import replay as rebuild
    from pipeline.warehouse.query import count_tables

    chosen = settings(data, catalog, workers)
    if not list_capture_files(chosen.captures):
        ways = "run `newsflow ingest SOURCE` or `newsflow watch` first"
        raise SourceError(f"no captures in {chosen.captures}: {ways}")
    began = time.monotonic()
    with open_run(chosen, "replaying") as run:
        report = rebuild(run)
        tables = count_tables(run.connection)
    ending = Ending(tables, time.monotonic() - began)
    finish(report, chosen, ending, as_json=as_json, strict=False)
