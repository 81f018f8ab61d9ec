"""`newsflow feeds list`, `pause`, `resume` and `remove`: the subscriptions that there are."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, settings
from pipeline.cli.output import Format, piping, write_rows
from pipeline.cli.subscribed import require_tables, writing
from pipeline.cli.tables import print_table
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.warehouse.subscriptions import Change, Changed

SHOWN = ("health", "title", "last_success_at", "failures", "last_failure", "next_poll_at", "feed_url")
LIST_EXAMPLES = """
Examples:

newsflow feeds list

newsflow feeds list --json | jq '.\\[] | select(.health == "silent") | .feed_url'
"""
PAUSE_EXAMPLES = """
Example:

newsflow feeds pause https://news.example/rss.xml
"""
RESUME_EXAMPLES = """
Example:

newsflow feeds resume news.example
"""
REMOVE_EXAMPLES = """
Example:

newsflow feeds remove https://news.example/rss.xml
"""
DONE = {"pause": "paused", "resume": "resumed", "remove": "removed"}
SAME = {"pause": "paused already", "resume": "active already", "remove": ""}
Named = Annotated[
    list[str],
    typer.Argument(metavar="URL...", help="Feeds: their address, or a part of it that no other feed has."),
]


def register(group: typer.Typer) -> None:
    """Add the commands to `newsflow feeds`."""
    group.command("list", epilog=LIST_EXAMPLES)(list_feeds)
    group.command(epilog=PAUSE_EXAMPLES)(pause)
    group.command(epilog=RESUME_EXAMPLES)(resume)
    group.command(epilog=REMOVE_EXAMPLES)(remove)


def list_feeds(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, with all that is known.")] = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Show the subscribed feeds and how they are, those in trouble first. Times are UTC."""
    from pipeline.warehouse.query import Answer

    rows = _read(settings(data, catalog))
    with piping():
        if as_json:
            names = tuple(rows[0]) if rows else ()
            write_rows(Answer(names, (tuple(row.values()) for row in rows)), Format.JSON, None)
        elif rows:
            print_table(SHOWN, [[row[name] for name in SHOWN] for row in rows], sys.stdout)
    if not rows:
        typer.echo(
            "newsflow: no feed is subscribed; newsflow feeds add URL, or newsflow feeds import FILE.opml",
            err=True,
        )


def _read(chosen: Settings) -> list[dict[str, object]]:
    from pipeline.warehouse.connect import connect, is_made
    from pipeline.warehouse.subscriptions import has_feeds, read_listed

    if not is_made(chosen):
        return []
    with connect(chosen, read_only=True) as connection:
        return read_listed(connection) if has_feeds(connection) else []


def pause(names: Named, data: Data = DEFAULT_DATA, catalog: Catalog = None) -> None:
    """Do not poll these feeds until they are resumed. A running watch follows within seconds."""
    for one in _change(settings(data, catalog), names, "pause"):
        typer.echo(_told(one, "pause"))


def resume(names: Named, data: Data = DEFAULT_DATA, catalog: Catalog = None) -> None:
    """Poll paused, gone and failing feeds again, at once. A feed that is well keeps its time."""
    for one in _change(settings(data, catalog), names, "resume"):
        typer.echo(_told(one, "resume"))


def remove(names: Named, data: Data = DEFAULT_DATA, catalog: Catalog = None) -> None:
    """Unsubscribe feeds. Their entries and articles stay; added again, a feed goes on where it was."""
    for one in _change(settings(data, catalog), names, "remove"):
        kept = "its entry" if one.entries == 1 else f"its {one.entries:,} entries"
        note = f"  ({kept} and what became of them stay)" if one.entries else ""
        typer.echo(f"{_told(one, 'remove')}{note}")


def _change(chosen: Settings, names: list[str], change: "Change") -> "list[Changed]":
    """Make the change in one transaction: one wrong name, and nothing changes."""
    from pipeline.warehouse.subscriptions import change_feeds

    require_tables(chosen)
    with writing(chosen) as (connection, on_wait):
        return change_feeds(connection, chosen, names, change, datetime.now(UTC), on_wait)


def _told(one: "Changed", change: "Change") -> str:
    word = DONE[change] if one.is_changed else SAME[change]
    title = f"  {one.held.title}" if one.held.title else ""
    return f"{word}  {one.held.feed_url}{title}"
