"""`newsflow backfill`: archives into the tables, resumable."""

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.archives import (
    Archives,
    Base,
    Cdx,
    Replay,
    Sources,
    archives_of,
    reaching,
)
from pipeline.cli.options import (
    DEFAULT_DATA,
    Allow,
    Catalog,
    Contact,
    Data,
    Strict,
    Workers,
    messages,
    settings,
)
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
from pipeline.settings import MIB, Settings

if TYPE_CHECKING:
    from pipeline.backfill import Plan

BatchMib = Annotated[
    int | None,
    typer.Option(
        "--batch-mib", min=1, metavar="N", help="MiB that are under way at once.", show_default=False
    ),
]
Restart = Annotated[bool, typer.Option("--restart", help="Begin anew, whatever was read before.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count what would be read; write nothing.")]
# How far below live ingestion its workers stand. Not so the process that loads: a watch waits for its loads.
NICENESS = 10
EXAMPLES = """
Examples:

newsflow backfill crawls/ --publisher example.org --published-from 2024-01-01

newsflow backfill articles.csv.gz --columns url=link,text=body

newsflow backfill cc-news:2026-02 --language de --contact https://my.example/bot

newsflow backfill wayback:example.org/news/* --from 2015-01-01 --until 2015-12-31 --dry-run
"""


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
    batch_mib: BatchMib = None,
    restart: Restart = False,
    dry_run: DryRun = False,
    base: Base = None,
    cdx: Cdx = None,
    replay: Replay = None,
    contact: Contact = "",
    allow: Allow = None,
    strict: Strict = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Bring archives into the tables, and go on where an earlier run was stopped or killed.

    Reads WARC and WACZ files, JSON lines, CSV, Parquet, text, HTML and folders of them; all but Parquet from
    the network too; cc-news:MONTH, wayback:SITE, sitemap:, feed:, gdelt:DAY, urls:FILE. How far each part was
    read is kept with the tables, for each filter by itself. Days are in UTC.
    """
    from pipeline.backfill import Plan

    captured = period_of(captured_from, captured_until, "")
    published = period_of(published_from, published_until, "published-")
    wanted = wanted_of(captured, published, publisher, language, media_type)
    plan = Plan(wanted, columns_of(columns), restart)
    chosen = reaching(settings(data, catalog, workers), contact, allow, cdx, replay)
    chosen = chosen if batch_mib is None else with_batches_of(chosen, batch_mib)
    archives = archives_of(sources, chosen, wanted, base)
    if dry_run:
        _count(archives, plan, as_json=as_json)
    else:
        _load(archives, plan, as_json=as_json, strict=strict)


def with_batches_of(chosen: Settings, mib: int) -> Settings:
    """The settings with batches of so many MiB."""
    return replace(chosen, limits=replace(chosen.limits, batch_bytes=mib * MIB))


def _load(archives: Archives, plan: "Plan", *, as_json: bool, strict: bool) -> None:
    from pipeline.archive.identity import storable
    from pipeline.archive.writing import BatchInfo
    from pipeline.backfill import Backfill
    from pipeline.batch import Hooks
    from pipeline.cli.backfill_progress import backfill_progress, lines_of, row_of
    from pipeline.cli.report import Ending, finish
    from pipeline.cli.running import opened, stop_on_interrupt, waiting
    from pipeline.warehouse.lock import is_watched
    from pipeline.warehouse.query import count_tables

    began = time.monotonic()
    info = BatchInfo("backfill", storable(" ".join(archives.sources)), archives.now)
    console = messages()
    with (
        stop_on_interrupt(console) as should_stop,
        backfill_progress(console, "backfilling") as progress,
        opened(
            archives.settings,
            Hooks(progress.on_items, on_wait=waiting(console), should_stop=should_stop),
            NICENESS,
        ) as run,
    ):
        is_beside = partial(is_watched, archives.settings)
        work = Backfill(plan, archives.settings.limits, progress.watcher(), is_beside)
        parts = archives.parts(run.workers)
        report = work.run(progress.known(parts) if archives.is_at_hand else parts, info, run)
        tables = count_tables(run.connection)
    if report.items and report.items == work.tally.unreadable and not work.tally.ended:
        raise SourceError('nothing could be read; `newsflow sql "from rejects"` says why')
    ending = Ending(
        tables,
        time.monotonic() - began,
        archives.named - len(archives.sources),
        more=row_of(work.tally),
        lines=lines_of(work.tally),
        may_be_empty=True,
    )
    finish(report, archives.settings, ending, as_json=as_json, strict=strict)


def _count(archives: Archives, plan: "Plan", *, as_json: bool) -> None:
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
        work = Backfill(plan, archives.settings.limits, progress.watcher())
        parts = archives.parts()
        parts = progress.known(parts) if archives.is_at_hand else parts
        counted = work.count(parts, marks_held(archives.settings, str(plan.wanted)), should_stop)
    print_count(counted, row_of(work.tally), lines_of(work.tally), as_json=as_json)
