"""`newsflow backfill`: archives into the tables, resumable."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.ingest import existing
from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, Strict, Workers, messages, settings
from pipeline.cli.wanted import (
    CapturedFrom,
    CapturedUntil,
    Columns,
    Languages,
    MediaTypes,
    PublishedFrom,
    PublishedUntil,
    Publishers,
    columns_of,
    period_of,
    wanted_of,
)
from pipeline.errors import SourceError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.archive.parts import Part
    from pipeline.backfill import Plan

NICE = 10  # how far below live ingestion its processes stand
Sources = Annotated[
    list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, or - for standard input.")
]
EXAMPLES = """
Examples:

newsflow backfill crawls/ --publisher example.org --published-from 2024-01-01

newsflow backfill articles.csv.gz --columns url=link,text=body

newsflow backfill crawls/ --dry-run
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the sources that are there, of `named`; what of them, and where to."""

    sources: list[str]
    named: int
    plan: "Plan"
    settings: Settings

    def parts(self, now: datetime) -> "Iterator[Part]":
        """All parts of the sources."""
        from pipeline.archive.sources import list_parts

        for source in self.sources:
            yield from list_parts(source, now)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(backfill)


def backfill(
    sources: Sources,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    workers: Workers = None,
    captured_from: CapturedFrom = None,
    captured_until: CapturedUntil = None,
    published_from: PublishedFrom = None,
    published_until: PublishedUntil = None,
    publisher: Publishers = None,
    language: Languages = None,
    media_type: MediaTypes = None,
    columns: Columns = None,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever was read before.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be read; write nothing.")
    ] = False,
    strict: Strict = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Bring archives into the tables, and go on where an earlier run was stopped or killed.

    Reads WARC and WACZ files, JSON lines, CSV and Parquet, text and HTML files, and folders of them. How far
    each file was read is kept with the tables, for each filter by itself. Days are in UTC. An article that
    does not say when it was published is in no period of publication.
    """
    from pipeline.backfill import Plan

    captured = period_of(captured_from, captured_until, "")
    published = period_of(published_from, published_until, "published-")
    wanted = wanted_of(captured, published, publisher, language, media_type)
    plan = Plan(wanted, columns_of(columns), restart)
    asked = Asked(existing(sources), len(sources), plan, settings(data, catalog, workers))
    if dry_run:
        _count(asked, as_json=as_json)
    else:
        _load(asked, as_json=as_json, strict=strict)


def _load(asked: Asked, *, as_json: bool, strict: bool) -> None:
    from pipeline.archive.identity import storable
    from pipeline.archive.writing import BatchInfo
    from pipeline.backfill import Backfill
    from pipeline.batch import Hooks
    from pipeline.cli.backfill_progress import backfill_progress, lines_of, row_of
    from pipeline.cli.report import Ending, finish
    from pipeline.cli.running import opened, stop_on_interrupt, waiting
    from pipeline.warehouse.query import count_tables

    os.nice(NICE)
    now, began = datetime.now(UTC), time.monotonic()
    info = BatchInfo("backfill", storable(" ".join(asked.sources)), now)
    console = messages()
    with (
        stop_on_interrupt(console) as should_stop,
        backfill_progress(console, "backfilling") as progress,
        opened(
            asked.settings, Hooks(progress.on_items, on_wait=waiting(console), should_stop=should_stop)
        ) as run,
    ):
        work = Backfill(asked.plan, asked.settings.limits, progress.watcher())
        report = work.run(progress.known(asked.parts(now)), info, run)
        tables = count_tables(run.connection)
    if report.items and report.items == work.tally.unreadable and not work.tally.ended:
        raise SourceError('nothing could be read; `newsflow sql "from rejects"` says why')
    ending = Ending(
        tables,
        time.monotonic() - began,
        asked.named - len(asked.sources),
        more=row_of(work.tally),
        lines=lines_of(work.tally),
        may_be_empty=True,
    )
    finish(report, asked.settings, ending, as_json=as_json, strict=strict)


def _count(asked: Asked, *, as_json: bool) -> None:
    """Say what would be read."""
    from pipeline.backfill import Backfill
    from pipeline.cli.backfill_progress import backfill_progress, lines_of, print_count, row_of
    from pipeline.cli.running import stop_on_interrupt
    from pipeline.warehouse.marks import marks_held

    console = messages()
    with (
        stop_on_interrupt(console) as should_stop,
        backfill_progress(console, "counting") as progress,
    ):
        work = Backfill(asked.plan, asked.settings.limits, progress.watcher())
        parts = progress.known(asked.parts(datetime.now(UTC)))
        counted = work.count(parts, marks_held(asked.settings, str(asked.plan.wanted)), should_stop)
    print_count(counted, row_of(work.tally), lines_of(work.tally), as_json=as_json)
