"""`newsflow feeds check` and `discover`: how feeds are, and where a site has some. Nothing is stored."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pipeline.acquire.redact import redact
from pipeline.cli.asking import Desk, Finding, ask, together
from pipeline.cli.discovering import NoFeedError, check_address, feeds_at
from pipeline.cli.options import DEFAULT_DATA, Allow, Catalog, Contact, Data, settings
from pipeline.cli.output import piping
from pipeline.cli.subscribed import read_list, read_subscribed, write_list
from pipeline.errors import UsageError
from pipeline.settings import Settings

CHECK_EXAMPLES = """
Examples:

newsflow feeds check https://news.example/rss.xml

newsflow feeds check feeds.opml --json --contact https://my.example/bot

newsflow feeds check --data /srv/news
"""
DISCOVER_EXAMPLES = """
Examples:

newsflow feeds discover https://news.example/

newsflow feeds discover https://news.example/ --opml found.opml
"""
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON line for each feed.")]
Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SOURCE...]", help="Feed addresses, or OPML files; without any, the subscribed feeds."
    ),
]
Site = Annotated[str, typer.Argument(metavar="URL", help="A page of the site, mostly its first.")]
Opml = Annotated[
    Path | None, typer.Option("--opml", metavar="FILE", help="Write the feeds there; it must not exist yet.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to `newsflow feeds`."""
    group.command(epilog=CHECK_EXAMPLES)(check)
    group.command(epilog=DISCOVER_EXAMPLES)(discover)


def check(
    sources: Sources = None,
    contact: Contact = "",
    allow: Allow = None,
    as_json: AsJson = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Ask each feed once and say how it is: kind, entries, newest entry, how soon it may be polled again.

    Nothing is stored. robots.txt is for pages: it is not asked for feeds. Exit code 1: a feed failed.
    """
    chosen = settings(data, catalog)
    urls = _named(sources) if sources else _subscribed(chosen)

    async def find_all(desk: Desk) -> list[Finding]:
        return await together([desk.find(url) for url in urls])

    asked = ask(find_all, chosen, contact, allow)
    found = [replace(one, url=shown) for one, shown in zip(asked, urls.values(), strict=True)]
    with piping():
        for one in found:
            sys.stdout.write(as_line(one, as_json=as_json) + "\n")
    if any(one.status != "ok" for one in found):
        raise typer.Exit(1)


def discover(
    url: Site,
    opml: Opml = None,
    contact: Contact = "",
    allow: Allow = None,
    as_json: AsJson = False,
) -> None:
    """Find the feeds of a site: those its page names, else sitemaps of robots.txt, else common paths.

    Each is fetched and read before it is shown. Nothing is stored; `newsflow feeds add` subscribes. Exit code
    1: none was found.
    """
    check_address(url)
    if opml is not None and opml.exists():
        raise UsageError(f"{opml}: it exists already; name another file with --opml")
    try:
        found = ask(lambda desk: feeds_at(desk, url), settings(DEFAULT_DATA, None), contact, allow)
    except NoFeedError as error:
        typer.echo(f"newsflow: {error}", err=True)
        raise typer.Exit(1) from error
    if opml is not None:
        from pipeline.acquire.opml import Subscription

        listed = [Subscription(one.url, url, one.feed.title, one.feed.language) for one in found if one.feed]
        write_list(listed, f"Feeds of {url}", opml, "name another file with --opml")
    with piping():
        for one in found:
            kind, title = (one.feed.kind, one.feed.title or "") if one.feed else ("", "")
            plain = f"{one.url}  {kind}  {title}".rstrip()
            sys.stdout.write((as_line(one, as_json=True) if as_json else plain) + "\n")


def _named(sources: Iterable[str]) -> dict[str, str]:
    """The addresses that the sources name, each with how it is shown. Raises UsageError, SourceError."""
    urls: list[str] = []
    for source in sources:
        if "://" in source:
            check_address(source)
            urls.append(source)
        else:
            urls += [one.feed_url for one in read_list(source)]
    return {url: redact(url) for url in urls}


def _subscribed(chosen: Settings) -> dict[str, str]:
    """The subscribed feeds that are polled: the address to ask, and the one that tables show."""
    active = [one for one in read_subscribed(chosen) if one.status == "active"]
    if not active:
        raise UsageError(
            f"no feed in {chosen.data} is polled; name feeds, or add some: newsflow feeds add URL"
        )
    return {one.address: one.feed_url for one in active}


def as_line(one: Finding, *, as_json: bool) -> str:
    """One finding as JSON or for people."""
    row = one.as_row()
    if as_json:
        return json.dumps(row, ensure_ascii=False)
    if one.feed is None:
        return f"{one.status}  {one.url}  {one.detail or ''}".rstrip()
    newest = str(row["newest_at"] or "no dates")[:16]
    poll = f"again in {one.poll_seconds // 60} min"
    title = one.feed.title or ""
    return f"ok  {one.url}  {one.feed.kind}  {row['entries']} entries  {newest}  {poll}  {title}".rstrip()
