"""`newsflow ingest`: files, folders and archives into the tables."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, Strict, Workers, messages, settings
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
    """Bring text files, HTML pages, JSON lines and web archives into the tables.

    Reads .txt, .html, .jsonl, .warc (each also .gz) and folders of them. What is already held is recognised
    and left alone, so an interrupted ingest is simply run again.
    """
    present = existing(sources)
    from pipeline import batch
    from pipeline.archive.captures import BatchInfo
    from pipeline.archive.sources import read_source
    from pipeline.cli.report import finish
    from pipeline.cli.running import open_run

    chosen = settings(data, catalog, workers)
    now = datetime.now(UTC)

    def found() -> Iterator[Item | Refusal]:
        for source in present:
            yield from read_source(source, chosen.limits, now)

    with open_run(chosen, "ingesting") as run:
        report = batch.ingest(found(), BatchInfo("ingest", " ".join(present), now), run)
    finish(report, chosen, as_json=as_json, strict=strict, missing=len(sources) - len(present))


def existing(sources: list[str]) -> list[str]:
    """The sources that are there; the others are named on stderr. Raises SourceError where none is there."""
    present = [source for source in sources if source == "-" or Path(source).exists()]
    for source in sources:
        if source not in present:
            messages().print(f"newsflow: {source}: no such file or folder", markup=False)
    if not present:
        raise SourceError("nothing to read")
    return present
