"""`newsflow round`: live ingestion in steps that end, for a scheduler. Each prints one JSON object."""

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Allow, Catalog, Contact, Data, Workers, messages, settings
from pipeline.errors import UsageError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.gauges import Gauges
    from pipeline.rounds.ask import Asked
    from pipeline.rounds.share import Share

EXAMPLES = """
A round by hand, in one share:

newsflow round plan --round noon

newsflow round ask --round noon --share 0 --of 1 --at 2026-02-28T12:00:00Z

newsflow round examine noon-000-0000

newsflow round load noon-000-0000
"""
Round = Annotated[str, typer.Option("--round", metavar="NAME", help="The round: letters, digits, - and _.")]
Names = Annotated[list[str], typer.Argument(metavar="MANIFEST...", help="Manifests that wait.")]
rounds = typer.Typer(
    help="Polls, fetches and loads in steps that end, for a scheduler; each may be killed and run again.",
    no_args_is_help=True,
    epilog=EXAMPLES,
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(rounds, name="round")


@rounds.command()
def plan(
    name: Round,
    shares: Annotated[
        int, typer.Option("--shares", min=1, max=999, metavar="N", help="As many shares at most.")
    ] = 8,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Say what is due, in shares by publisher; nothing, while manifests wait for their load.

    Prints {"round", "at", "of", "shares": numbers, "feeds", "pages", "waiting": manifests}.
    """
    from pipeline.cli.watch import require_feeds
    from pipeline.rounds.manifests import list_waiting
    from pipeline.rounds.share import plan_shares, read_due
    from pipeline.warehouse.connect import connect
    from pipeline.warehouse.lock import watch_lock

    chosen = settings(data, catalog)
    named(name)
    require_feeds(chosen)
    at = datetime.now(UTC)
    waiting = list_waiting(chosen)
    said: dict[str, object] = {"round": name, "at": at.isoformat(), "of": 1, "shares": [], "waiting": waiting}
    said |= {"feeds": 0, "pages": 0}
    if not waiting:
        with watch_lock(chosen), connect(chosen, read_only=True) as connection:
            due = read_due(connection, at, chosen.live)
        made = plan_shares(due, name, at, shares)
        said |= {"shares": [one.number for one in made], "of": made[0].of if made else 1}
        said |= {"feeds": len(due.feeds), "pages": len(due.pages)}
    typer.echo(json.dumps(said))


@rounds.command()
def ask(
    name: Round,
    share: Annotated[int, typer.Option("--share", min=0, metavar="NUMBER", help="Which share.")],
    of: Annotated[int, typer.Option("--of", min=1, metavar="N", help="Of how many.")],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When the round was planned.")],
    seconds: Annotated[
        float, typer.Option("--seconds", min=1.0, help="Ask for so long at most; the rest stays due.")
    ] = 240.0,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    workers: Workers = None,
    contact: Contact = "",
    allow: Allow = None,
) -> None:
    """Poll the feeds and fetch the pages of one share; results become captures and manifests.

    Prints {"manifests", "polls", "pages", "new_entries", "requests"}.
    """
    from pipeline.cli.options import parse_day
    from pipeline.cli.watch import NO_CONTACT, configured
    from pipeline.rounds.ask import settings_of_round
    from pipeline.rounds.share import Share

    chosen = settings_of_round(configured(settings(data, catalog, workers), contact, allow))
    which = Share(named(name), share, of, parse_day(at, "--at")[0])
    if not contact.strip():
        messages().print(f"newsflow: {NO_CONTACT}")
    asked = _asked(chosen, which, seconds)
    typer.echo(json.dumps({"manifests": asked.manifests} | _counts(asked.gauges)))


def named(name: str) -> str:
    """A round's name that can be a part of a file's. Raises UsageError."""
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise UsageError(f"--round: `{name}` is no name for files; use letters, digits, - and _")
    return name


def _asked(chosen: Settings, share: "Share", seconds: float) -> "Asked":
    from pipeline.acquire.fetch import Fetcher
    from pipeline.batch import Run
    from pipeline.cli.running import disk_errors
    from pipeline.rounds.ask import ask_share
    from pipeline.warehouse.connect import connect
    from pipeline.work import Workers as Pool

    async def work(run: Run) -> "Asked":
        async with Fetcher(chosen.network) as fetcher:
            return await ask_share(run, fetcher, share, seconds)

    with (
        disk_errors(chosen),
        Pool(chosen.workers, chosen.limits) as pool,
        connect(chosen, read_only=True) as connection,
    ):
        return asyncio.run(work(Run(chosen, connection, pool)))


def _counts(gauges: "Gauges") -> dict[str, object]:
    return {
        "polls": dict(gauges.polls),
        "pages": dict(gauges.fetches),
        "new_entries": gauges.entries,
        "requests": gauges.requests,
    }


@rounds.command()
def examine(
    names: Names,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    workers: Workers = None,
) -> None:
    """Clean what manifests hold, extract quotes and fingerprints, and stage it for the load.

    Prints {"manifests", "items"}.
    """
    from pipeline.batch import Run
    from pipeline.cli.running import disk_errors
    from pipeline.rounds.examine import examine_manifests
    from pipeline.warehouse.connect import connect
    from pipeline.work import Workers as Pool

    chosen = settings(data, catalog, workers)
    with (
        disk_errors(chosen),
        Pool(chosen.workers, chosen.limits) as pool,
        connect(chosen, read_only=True) as connection,
    ):
        items = examine_manifests(Run(chosen, connection, pool), names)
    typer.echo(json.dumps({"manifests": names, "items": items}))


@rounds.command()
def load(names: Names, data: Data = DEFAULT_DATA, catalog: Catalog = None) -> None:
    """Load examined manifests, one behind the other; one that was loaded before is passed over.

    Prints the counts of the ledger, and of rejects by reason.
    """
    from pipeline.cli.subscribed import writing
    from pipeline.rounds.load import load_manifests

    chosen = settings(data, catalog)
    with writing(chosen) as (connection, on_wait):
        loaded = load_manifests(connection, chosen, names, on_wait)
    ended = {str(key): count for key, count in loaded.ended.items() if count}
    reasons = {str(key): count for key, count in loaded.reasons.items() if count}
    typer.echo(json.dumps({**ended, "reasons": reasons}))


@rounds.command()
def waiting(data: Data = DEFAULT_DATA) -> None:
    """List the manifests that are not loaded yet, the oldest first.

    Prints {"manifests", "groups"}: the same in groups that are worth a task each.
    """
    from pipeline.rounds.manifests import in_groups, list_waiting

    chosen = settings(data, None)
    names = list_waiting(chosen)
    typer.echo(json.dumps({"manifests": names, "groups": in_groups(chosen, names)}))
