"""`newsflow retry`: quarantined pages are tried again."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.acquire.records import Failure
from pipeline.cli.discovering import check_address
from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, parse_day, settings
from pipeline.cli.subscribed import require_tables, writing
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.warehouse.retries import Meant

EXAMPLES = """
Examples:

newsflow retry --dry-run

newsflow retry --reason timeout --reason server_error --host news.example

newsflow retry https://news.example/2026/ferry
"""
Urls = Annotated[
    list[str] | None,
    typer.Argument(metavar="[URL...]", help="Pages; without any, all in quarantine.", show_default=False),
]
Reasons = Annotated[
    list[Failure] | None,
    typer.Option("--reason", help="Only those that failed for this reason; may be given again."),
]
Host = Annotated[
    str | None, typer.Option("--host", metavar="HOST", help="Only pages of this host and its subdomains.")
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="Only those last tried from this day or time on, UTC."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say how many there are; change nothing.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(retry)


def retry(
    urls: Urls = None,
    reason: Reasons = None,
    host: Host = None,
    since: Since = None,
    dry_run: DryRun = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Try quarantined pages again: those that failed so often that they were given up.

    They are due at once, and `newsflow watch` fetches them. The view discovery_gaps lists them with reasons.
    """
    from pipeline.warehouse.retries import Meant

    for url in urls or ():
        check_address(url)
    meant = Meant(
        tuple(one.value for one in reason or ()),
        None if host is None else host.strip().lower().rstrip("."),
        None if since is None else parse_day(since, "--since")[0],
        tuple(urls or ()),
    )
    counts = _find_or_retry(settings(data, catalog), meant, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps({"pages": counts.total(), "reasons": dict(counts.most_common())}))
    else:
        _tell(counts, dry_run=dry_run, is_narrowed=meant != Meant())


def _find_or_retry(chosen: Settings, meant: "Meant", *, dry_run: bool) -> Counter[str]:
    from pipeline.warehouse.connect import connect
    from pipeline.warehouse.retries import find_quarantined, retry_quarantined
    from pipeline.warehouse.subscriptions import has_feeds

    require_tables(chosen)
    if dry_run:
        with connect(chosen, read_only=True) as connection:
            return find_quarantined(connection, meant) if has_feeds(connection) else Counter()
    with writing(chosen) as (connection, on_wait):
        return retry_quarantined(connection, chosen, meant, datetime.now(UTC), on_wait)


def _tell(counts: Counter[str], *, dry_run: bool, is_narrowed: bool) -> None:
    if not counts:
        which = " that matches" if is_narrowed else ""
        typer.echo(f"nothing to retry: no page{which} is in quarantine")
        return
    noun = "page" if counts.total() == 1 else "pages"
    typer.echo(f"{counts.total():,} {noun} {'in quarantine' if dry_run else 'due again'}:")
    for reason, count in counts.most_common():
        typer.echo(f"  {count:,} {reason}")
