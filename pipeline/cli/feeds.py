"""`newsflow feeds`: subscribing, from the web and from lists. The first poll is left to `newsflow watch`."""

import json
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import feed_checks, feed_list
from pipeline.cli.asking import Desk, Finding, ask, together
from pipeline.cli.discovering import NoFeedError, check_address, feeds_at
from pipeline.cli.options import DEFAULT_DATA, Allow, Catalog, Contact, Data, messages, settings
from pipeline.cli.output import piping
from pipeline.cli.subscribed import read_list, read_subscribed, write_list, writing
from pipeline.errors import UsageError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.warehouse.subscriptions import Held, Placed, Wanted

ADD_EXAMPLES = """
Examples:

newsflow feeds add https://news.example/ https://paper.example/rss.xml

newsflow feeds add https://news.example/ --all --category Coast

newsflow feeds add https://news.example/rss.xml --no-check
"""
IMPORT_EXAMPLES = """
Examples:

newsflow feeds import feeds.opml

curl https://reader.example/export.opml | newsflow feeds import -
"""
EXPORT_EXAMPLES = """
Examples:

newsflow feeds export subscriptions.opml

newsflow feeds export --with-secrets | ssh elsewhere newsflow feeds import -
"""
Urls = Annotated[list[str], typer.Argument(metavar="URL...", help="Feeds, or pages of sites that have some.")]
Title = Annotated[
    str | None, typer.Option("--title", metavar="TEXT", help="Its title until it names its own.")
]
Category = Annotated[
    str | None, typer.Option("--category", metavar="TEXT", help="The folder to put the feeds in.")
]
Everything = Annotated[bool, typer.Option("--all", help="Add every feed of a site, not only its first.")]
NoCheck = Annotated[bool, typer.Option("--no-check", help="Add the addresses as they are; ask nobody.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON line for each feed.")]
Lists = Annotated[list[str], typer.Argument(metavar="FILE...", help="OPML files, or - for standard input.")]
Target = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]", help="The OPML file to write; it must not exist yet.", show_default=False
    ),
]
WithSecrets = Annotated[
    bool, typer.Option("--with-secrets", help="Also addresses with passwords and tokens in them.")
]
feeds = typer.Typer(
    help="Subscribes to feeds, shows how they are, checks them and finds those of a site.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    feeds.command(epilog=ADD_EXAMPLES)(add)
    feed_list.register(feeds)
    feeds.command("import", epilog=IMPORT_EXAMPLES)(import_lists)
    feeds.command("export", epilog=EXPORT_EXAMPLES)(export)
    feed_checks.register(feeds)
    app.add_typer(feeds, name="feeds")


@dataclass(frozen=True, slots=True)
class Site:
    """An address that was given, and the feeds found there, or why there are none."""

    url: str
    found: tuple[Finding, ...]
    problem: str | None = None


def add(
    urls: Urls,
    everything: Everything = False,
    no_check: NoCheck = False,
    title: Title = None,
    category: Category = None,
    contact: Contact = "",
    allow: Allow = None,
    as_json: AsJson = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Subscribe to feeds, or to the first feed of a site; the others are named. `newsflow watch` polls them.

    A feed is added once: under another spelling, another address of it or a list of the same entries it is
    already there. Exit code 1: at one of the addresses no feed was found.
    """
    if title and (everything or len(urls) > 1):
        raise UsageError("--title is for one feed: name one address, and leave --all out")
    for url in urls:
        check_address(url)
    chosen = settings(data, catalog)
    sites = [] if no_check else look_at(urls, chosen, contact, allow)
    chosen_findings = [one for site in sites for one in (site.found if everything else site.found[:1])]
    looked_at = {site.url for site in sites}
    wanted = [wish(one, title, category) for one in chosen_findings]
    wanted += [plain_wish(url, title, category) for url in urls if url not in looked_at]
    placed, known = subscribe(chosen, wanted)
    more = [] if everything else [one for site in sites for one in site.found[1:] if not is_known(one, known)]
    problems = [site for site in sites if site.problem]
    with piping():
        for row in _rows(placed, more):
            sys.stdout.write((json.dumps(row, ensure_ascii=False) if as_json else as_line(row)) + "\n")
    for site in problems:
        typer.echo(f"newsflow: {site.problem}", err=True)
    if problems:
        raise typer.Exit(1)


def look_at(urls: Sequence[str], chosen: Settings, contact: str, allow: list[str] | None) -> list[Site]:
    """What is found at the addresses; those that are subscribed are not asked again, and are left out."""
    from pipeline.acquire.discovery import feed_key
    from pipeline.warehouse.subscriptions import by_key

    known = by_key(read_subscribed(chosen))
    new = [url for url in urls if feed_key(url) not in known]

    async def look_at_all(desk: Desk) -> list[Site]:
        return await together([_look_at(desk, url) for url in dict.fromkeys(new)])

    return ask(look_at_all, chosen, contact, allow) if new else []


async def _look_at(desk: Desk, url: str) -> Site:
    try:
        return Site(url, tuple(await feeds_at(desk, url)))
    except NoFeedError as error:
        return Site(url, (), str(error))


def plain_wish(url: str, title: str | None, category: str | None) -> "Wanted":
    """A feed of which nothing is known but its address."""
    from pipeline.acquire.entries import absolute_url
    from pipeline.warehouse.subscriptions import Wanted

    return Wanted(absolute_url(url, "") or url, title, category=category)


def wish(found: Finding, title: str | None, category: str | None) -> "Wanted":
    """A feed that was read."""
    from pipeline.warehouse.subscriptions import Wanted

    feed = found.feed
    if feed is None:
        return plain_wish(found.url, title, category)
    return Wanted(
        found.url,
        title or feed.title,
        feed.language,
        category,
        aliases=tuple(filter(None, (found.final_url, feed.self_url))),
        entries=tuple(entry.url for entry in feed.entries),
    )


def is_known(found: Finding, known: "dict[str, Held]") -> bool:
    """Whether a feed is subscribed, under this address or the one that it gives itself."""
    from pipeline.acquire.discovery import feed_key

    own = found.feed.self_url if found.feed else None
    return any(feed_key(url) in known for url in (found.url, own) if url)


def subscribe(chosen: Settings, wanted: "Iterable[Wanted]") -> "tuple[list[Placed], dict[str, Held]]":
    """Add what is not there yet; returns where each ended, and all that are subscribed now."""
    from pipeline.warehouse.subscriptions import add_feeds, by_key, read_held

    listed = list(wanted)
    if not listed:
        return [], by_key(read_subscribed(chosen))
    with writing(chosen) as (connection, on_wait):
        placed = add_feeds(connection, chosen, listed, datetime.now(UTC), on_wait)
        return placed, by_key(read_held(connection, chosen))


def _rows(placed: "Sequence[Placed]", more: Sequence[Finding]) -> list[dict[str, object]]:
    """Each feed for printing: what became of it."""
    from pipeline.acquire.redact import redact

    rows: list[dict[str, object]] = [
        {
            "result": "added" if one.is_new else "already there",
            "url": one.held.feed_url if one.is_new else redact(one.wanted.feed_url),
            "feed_url": one.held.feed_url,
            "title": one.held.title or one.wanted.title,
            "status": one.held.status,
        }
        for one in placed
    ]
    return rows + [
        {
            "result": "not added",
            "url": one.url,
            "feed_url": None,
            "title": one.feed.title if one.feed else None,
            "status": None,
        }
        for one in more
    ]


def as_line(row: dict[str, object]) -> str:
    """One feed for people; of one that was not added, the command that adds it."""
    if row["result"] == "not added":
        return (
            f"also found: newsflow feeds add {shlex.quote(str(row['url']))}  # {row['title'] or 'no title'}"
        )
    notes = f"  {row['title']}" if row["title"] else ""
    if row["feed_url"] != row["url"]:
        notes += f"  (as {row['feed_url']})"
    if row["status"] != "active":
        notes += f"  ({row['status']}: newsflow feeds resume {shlex.quote(str(row['feed_url']))})"
    return f"{row['result']}  {row['url']}{notes}"


def import_lists(
    sources: Lists,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Subscribe to every feed of OPML lists, without asking them. Those that are there are left alone."""
    from pipeline.warehouse.subscriptions import Wanted

    listed = [one for source in sources for one in read_list(source)]
    wanted = (Wanted(one.feed_url, one.title, one.language, one.group) for one in listed)
    with messages().status(f"adding {len(listed):,} feeds"):
        placed, _ = subscribe(settings(data, catalog), wanted)
    added = sum(one.is_new for one in placed)
    if as_json:
        typer.echo(json.dumps({"feeds": len(placed), "added": added, "already_there": len(placed) - added}))
    else:
        noun = "feed" if len(placed) == 1 else "feeds"
        typer.echo(f"{len(placed):,} {noun}: {added:,} added, {len(placed) - added:,} already there")


def export(
    file: Target = None, with_secrets: WithSecrets = False, data: Data = DEFAULT_DATA, catalog: Catalog = None
) -> None:
    """Write the subscriptions as OPML, to a new file or to standard output; paused ones too.

    Addresses with passwords and tokens in them are left out, and said to be, unless --with-secrets is given.
    """
    from pipeline.acquire.opml import Subscription, write_opml

    held = read_subscribed(settings(data, catalog))
    shown = [one for one in held if with_secrets or not one.is_secret]
    listed = [Subscription(one.address, None, one.title, one.language, one.category) for one in shown]
    title = "Newsflow subscriptions"
    if file is None:
        with piping():
            sys.stdout.write(write_opml(listed, title).decode())
    else:
        write_list(listed, title, file, "name another file")
        typer.echo(f"{file}: {len(listed):,} feeds", err=True)
    if left := len(held) - len(shown):
        noun = "feed has" if left == 1 else "feeds have"
        typer.echo(f"newsflow: {left} {noun} secrets in the address, left out; see --with-secrets", err=True)
