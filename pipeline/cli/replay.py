"""`newsflow replay`: tables made again with today's code, or what would change by that."""

import json
import sys
import time
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, Workers, messages, parse_day, settings
from pipeline.cli.report import EXIT_INTERRUPTED, Ending, finish
from pipeline.cli.tables import cell, duration, print_table
from pipeline.errors import SourceError, UsageError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.replay import CapturesAgain, CapturesSince, QuotesAgain, StoriesAgain
    from pipeline.warehouse.compare import Comparison

    Made = CapturesAgain | CapturesSince | QuotesAgain | StoriesAgain

REPLAY_EXAMPLES = """
After an upgrade, first what would change, then the change itself:

newsflow replay --compare

newsflow replay

Better quotes, for what was captured in March or later; stories by new rules:

newsflow replay --stage quotes --since 2026-03-01

newsflow replay --stage stories

When the catalog is lost:

newsflow replay --data /srv/news
"""
NO_CAPTURES = "no captures in {}: run `newsflow ingest SOURCE` or `newsflow watch` first"
STORIES_SINCE = (
    "--since does not go with --stage stories: whose copy an article is depends on all that came before; "
    "leave it out"
)
REJECTS = ("reason", "before", "after")


class Again(StrEnum):
    """What is made again."""

    CLEAN = "clean"
    QUOTES = "quotes"
    STORIES = "stories"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=REPLAY_EXAMPLES)(replay)


def replay(
    stage: Annotated[
        Again,
        typer.Option(
            "--stage",
            help="What to make again. clean: everything, from captures; quotes, stories: only these, from "
            "the articles' texts.",
        ),
    ] = Again.CLEAN,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Only articles that have a capture from this day or time on, UTC; not for stories.",
        ),
    ] = None,
    is_comparison: Annotated[
        bool, typer.Option("--compare", help="Change nothing; report what would change, with examples.")
    ] = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    workers: Workers = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Make tables again with today's code, from the captures alone or from the articles' texts.

    The new rows are built beside the old ones and take their place in one transaction: readers see the old
    ones until then. Loads that other processes make meanwhile are taken along.
    """
    begins = None if since is None else parse_day(since, "--since")[0]
    if begins is not None and stage is Again.STORIES:
        raise UsageError(STORIES_SINCE)
    chosen = settings(data, catalog, workers)
    _require_source(chosen, from_tables=begins is not None or stage is not Again.CLEAN)
    made = _stage(stage, begins)
    if is_comparison:
        _compare(chosen, made, as_json=as_json)
    else:
        _replay(chosen, made, as_json=as_json)


def _require_source(chosen: Settings, *, from_tables: bool) -> None:
    """Raise where there is nothing to make tables of."""
    from pipeline.archive.captures import list_capture_files
    from pipeline.archive.stored import bring_captures
    from pipeline.warehouse.connect import NO_TABLES, is_made

    if from_tables and not is_made(chosen):
        raise UsageError(NO_TABLES.format(chosen.data))
    if from_tables:
        return
    bring_captures(chosen)
    if not list_capture_files(chosen.captures):
        raise SourceError(NO_CAPTURES.format(chosen.captures))


def _stage(stage: Again, since: datetime | None) -> "Made":
    from pipeline.replay import CapturesAgain, CapturesSince, QuotesAgain, StoriesAgain

    if stage is Again.QUOTES:
        return QuotesAgain(since)
    if stage is Again.STORIES:
        return StoriesAgain()
    return CapturesAgain() if since is None else CapturesSince(since)


def _replay(chosen: Settings, made: "Made", *, as_json: bool) -> None:
    from pipeline.cli.running import open_run
    from pipeline.replay import QuotesAgain, StoriesAgain
    from pipeline.replay import replay as rebuild
    from pipeline.warehouse.query import count_tables

    began = time.monotonic()
    with open_run(chosen, "replaying") as run:
        if not rebuild(run, made):
            _leave_stopped()
        ending = Ending(count_tables(run.connection), time.monotonic() - began)
    if isinstance(made, QuotesAgain):
        _tell({"articles": made.articles, "kept": made.kept}, ending, as_json=as_json)
    elif isinstance(made, StoriesAgain):
        _tell({"articles": made.articles, "unsigned": made.unsigned}, ending, as_json=as_json)
    elif made.report.items == 0:
        _tell({"items": 0}, ending, as_json=as_json)
    else:
        finish(made.report, chosen, ending, as_json=as_json, strict=False)


def _leave_stopped() -> NoReturn:
    messages().print("newsflow: stopped; the tables are as they were, run the same again to replay")
    raise typer.Exit(EXIT_INTERRUPTED)


def _tell(counts: dict[str, int], ending: Ending, *, as_json: bool) -> None:
    """Say what was made again: of how many, and of how many of these something was in the way."""
    if as_json:
        typer.echo(json.dumps(counts))
        return
    (noun, number), *exceptions = counts.items()
    others = "".join(f", {count:,} {name}" for name, count in exceptions if count)
    typer.echo(f"{number:,} {noun} in {duration(ending.seconds)}{others}")
    print_table(["table", "rows"], list(ending.tables.items()), sys.stdout)


def _compare(chosen: Settings, made: "Made", *, as_json: bool) -> None:
    from pipeline.cli.running import open_run
    from pipeline.replay import compare

    with open_run(chosen, "comparing") as run:
        found = compare(run, made)
    if found is None:
        _leave_stopped()
    if as_json:
        rejects = [dict(zip(REJECTS, row, strict=True)) for row in found.rejects]
        changes = [asdict(change) for change in found.changes]
        typer.echo(json.dumps({"changes": changes, "rejects": rejects}, ensure_ascii=False))
    elif found.is_empty:
        typer.echo("nothing would change")
    else:
        _print_comparison(found, sys.stdout)


def _print_comparison(found: "Comparison", stream: IO[str]) -> None:
    """The counts, then a few examples of each."""
    counts = [(change.topic, change.change, change.count) for change in found.changes]
    if counts:
        print_table(("of", "change", "count"), counts, stream)
    if found.rejects:
        stream.write("\n" if counts else "")
        print_table(REJECTS, found.rejects, stream)
    for change in found.changes:
        stream.write(f"\n{change.topic}: {change.change} ({change.count:,})\n")
        for example in change.examples:
            stream.write(f"  {example.article_id}  {example.url or ''}".rstrip() + "\n")
            for sign, value in (("-", example.before), ("+", example.after)):
                stream.write("" if value is None else f"    {sign} {cell(value)}\n")
