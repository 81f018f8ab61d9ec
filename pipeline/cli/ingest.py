"""`newsflow ingest`: files, folders and archives into the tables."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, Strict, Workers, settings
from pipeline.dispositions import Reason
from pipeline.errors import SourceError
from pipeline.records import Item, Refusal

Sources = Annotated[
    list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, or - for standard input.")
]
EXAMPLES = """
Examples:

newsflow ingest articles/ crawl.warc.gz

zcat dump.jsonl.gz | newsflow ingest - --data /srv/news
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(ingest)


def ingest(
    sources: Sources,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    workers: Workers = None,
    strict: Strict = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Bring text files, HTML pages, rows of data and web archives into the tables.

    Reads .txt, .html, .jsonl, .csv, .tsv, .warc (each also .gz), .parquet, .wacz and folders of them. What is
    already held is recognised and left alone, so an interrupted ingest is simply run again.
    """
    present = existing(sources)
    from pipeline import batch
    from pipeline.archive.identity import storable
    from pipeline.archive.sources import read_source
    from pipeline.archive.writing import BatchInfo
    from pipeline.cli.report import Ending, finish
    from pipeline.cli.running import open_run
    from pipeline.warehouse.query import count_tables

    chosen = settings(data, catalog, workers)
    now, began = datetime.now(UTC), time.monotonic()
    seen = Seen()
    info = BatchInfo("ingest", storable(" ".join(present)), now)
    with open_run(chosen, "ingesting") as run:
        found = (one for source in present for one in read_source(source, chosen.limits, now))
        report = batch.ingest(seen.through(found), info, run)
        tables = count_tables(run.connection)
    if seen.items and seen.items == seen.unreadable:
        raise SourceError(f"nothing could be read ({seen.problem}); mend the files and run the same again")
    ending = Ending(tables, time.monotonic() - began, len(sources) - len(present))
    finish(report, chosen, ending, as_json=as_json, strict=strict)


@dataclass(slots=True)
class Seen:
    """Counts what comes from the sources, and what of it could not be read."""

    items: int = 0
    unreadable: int = 0
    problem: str = ""

    def through(self, found: Iterable[Item | Refusal]) -> Iterator[Item | Refusal]:
        """Pass everything on."""
        for one in found:
            self.items += 1
            if isinstance(one, Refusal) and one.dropped.reason is Reason.UNREADABLE:
                self.unreadable += 1
                self.problem = self.problem or f"{one.item_key}: {one.dropped.detail}"
            yield one


def existing(
    sources: Sequence[str],
    is_there: Callable[[str], bool] = os.path.lexists,
    ways: str = "files or folders that are there",
) -> list[str]:
    """The sources that are there, or "-"; the others are named on stderr.

    Raises SourceError where none is, and says by which `ways` one could be named.
    """
    present = [source for source in sources if source == "-" or is_there(source)]
    for source in sources:
        if source not in present:
            typer.echo(f"newsflow: {source}: no such file or folder; it is left out", err=True)
    if not present:
        raise SourceError(f"nothing to read; name {ways}, or - for standard input")
    return present
