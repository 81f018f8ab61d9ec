"""`newsflow feeds`: whether feeds are well, and where a site has its feeds. Nothing is stored.

Feeds are asked without robots.txt: it speaks of crawling, and a feed is published to be polled. Of the page
that `discover` is given it is asked first. Every request is guarded and waits for its host's turn.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.asking import Desk, Finding
from pipeline.cli.options import DEFAULT_DATA, messages, settings
from pipeline.cli.output import piping
from pipeline.errors import SourceError, UsageError
from pipeline.records import Capture, Dropped
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.acquire.discovery import Candidate

CHECK_EXAMPLES = """
Examples:

newsflow feeds check https://news.example/rss.xml

newsflow feeds check feeds.opml --json --contact https://my.example/bot
"""
DISCOVER_EXAMPLES = """
Examples:

newsflow feeds discover https://news.example/

newsflow feeds discover https://news.example/ --opml found.opml
"""
Contact = Annotated[
    str,
    typer.Option(
        "--contact",
        envvar="NEWSFLOW_CONTACT",
        metavar="ADDRESS",
        help="A page or mail address in the User-Agent, where publishers reach you.",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        envvar="NEWSFLOW_ALLOW",
        metavar="NETWORK",
        help="A private network (10.1.0.0/16) or HOST:PORT that may be asked; may be given again.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON line for each feed.")]
Feeds = Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Feed addresses, or OPML files.")]
Site = Annotated[str, typer.Argument(metavar="URL", help="A page of the site, mostly its first.")]
Opml = Annotated[
    Path | None, typer.Option("--opml", metavar="FILE", help="Write the feeds there; it must not exist yet.")
]
feeds = typer.Typer(help="Checks feeds, and finds those of a site; stores nothing.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    feeds.command(epilog=CHECK_EXAMPLES)(check)
    feeds.command(epilog=DISCOVER_EXAMPLES)(discover)
    app.add_typer(feeds, name="feeds")


def check(sources: Feeds, contact: Contact = "", allow: Allow = None, as_json: AsJson = False) -> None:
    """Ask each feed once and say how it is: kind, entries, newest entry, how soon it may be polled again.

    Nothing is stored. robots.txt is for pages: it is not asked for feeds. Exit code 1: a feed failed.
    """
    urls = list(dict.fromkeys(url for source in sources for url in feeds_of(source)))

    async def ask(desk: Desk) -> list[Finding]:
        return await together([desk.find(url) for url in urls])

    found = run(ask, contact, allow)
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

    Each is fetched and read before it is shown. Exit code 1: none was found.
    """
    check_address(url)
    if opml is not None and opml.exists():
        raise UsageError(f"{opml}: it exists already; name another file with --opml")
    try:
        found = run(lambda desk: feeds_at(desk, url), contact, allow)
    except NoFeedError as error:
        typer.echo(f"newsflow: {error}", err=True)
        raise typer.Exit(1) from error
    if opml is not None:
        write_list(found, url, opml)
    with piping():
        for one in found:
            kind, title = (one.feed.kind, one.feed.title or "") if one.feed else ("", "")
            plain = f"{one.url}  {kind}  {title}".rstrip()
            sys.stdout.write((as_line(one, as_json=True) if as_json else plain) + "\n")


class NoFeedError(Exception):
    """A site without feeds, or a page that cannot be had."""


def feeds_of(source: str) -> list[str]:
    """The addresses that a source names. Raises UsageError, SourceError."""
    from pipeline.acquire.opml import read_opml

    if "://" in source:
        check_address(source)
        return [source]
    try:
        listed = read_opml(Path(source).read_bytes())
    except OSError as error:
        raise SourceError(f"{source}: {error.strerror}; give https://... or an OPML file") from error
    except SourceError as error:
        raise SourceError(f"{source}: {error}") from error
    if not listed:
        raise SourceError(f"{source}: it lists no feed (outlines with xmlUrl)")
    return [one.feed_url for one in listed]


def check_address(url: str) -> None:
    """Raise UsageError for what is no web address."""
    from pipeline.acquire.entries import absolute_url

    if absolute_url(url, "") is None:
        raise UsageError(f"{url}: no web address; write it as https://news.example/")


def run(
    work: Callable[[Desk], Coroutine[None, None, list[Finding]]], contact: str, allow: list[str] | None
) -> list[Finding]:
    """Do the work with workers and connections open."""
    from pipeline.acquire.clock import SystemClock
    from pipeline.acquire.fetch import Fetcher
    from pipeline.acquire.guard import allow_list
    from pipeline.acquire.hosts import Hosts
    from pipeline.work import Workers

    chosen: Settings = settings(DEFAULT_DATA, None)
    network = replace(chosen.network, contact=contact, allow=tuple(allow or ()))
    allow_list(network)  # before any process is started

    async def within(workers: Workers) -> list[Finding]:
        async with Fetcher(network) as fetcher:
            return await work(
                Desk(fetcher, Hosts(network, SystemClock()), workers, chosen.limits.feed_seconds)
            )

    with Workers(chosen.workers, chosen.limits) as workers:
        return asyncio.run(within(workers))


async def together(work: Iterable[Coroutine[None, None, Finding]]) -> list[Finding]:
    """All at once, results in order, with a bar on a terminal."""
    from pipeline.cli.running import progress_bar

    with progress_bar(messages(), "asking") as advance:

        async def counted(one: Coroutine[None, None, Finding]) -> Finding:
            found = await one
            advance(1)
            return found

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(counted(one)) for one in work]
    return [task.result() for task in tasks]


async def feeds_at(desk: Desk, url: str) -> list[Finding]:
    """The feeds of a site: the address itself, what its page names, or else the first of other places.

    Raises NoFeedError where there is none.
    """
    from pipeline.acquire.clock import SystemClock
    from pipeline.acquire.discovery import Candidate, common_paths
    from pipeline.acquire.records import Failed
    from pipeline.acquire.robots import Robots

    robots = Robots(desk.fetcher, SystemClock())
    async with desk.hosts.turn(url):
        verdict = await robots.verdict(url)
    if not verdict.allowed:
        raise NoFeedError(f"{url}: {verdict.why}; name a feed itself with `newsflow feeds check`")
    answer = await desk.get(url, verdict.crawl_delay)
    itself = await desk.judged(url, answer)
    if itself.feed:
        return [itself]
    if isinstance(answer, Failed) or answer.status >= 400:
        raise NoFeedError(f"{url}: {itself.status}, {itself.detail}; name another page of the site")
    named = await desk.examine(candidates, answer)
    found = await together([desk.find(one.url) for one in ([] if isinstance(named, Dropped) else named)])
    if well := distinct(found):
        return well
    listed = [Candidate(one, None, "robots") for one in await robots.sitemaps(url)]
    for candidate in (*listed, *common_paths(answer.final_url)):
        tried = await desk.find(candidate.url)
        if tried.feed:
            return [tried]
    raise NoFeedError(f"{url}: no feed found; name another page of the site, or a feed itself")


def candidates(capture: Capture, payload: bytes) -> "list[Candidate]":
    """What a page names as feeds; runs in a worker, as pages are strangers' bytes."""
    from pipeline.acquire.discovery import find_feeds

    return find_feeds(payload, capture.final_url or capture.url or "", capture.charset)


def distinct(found: Iterable[Finding]) -> list[Finding]:
    """Those that are feeds, each feed once."""
    from pipeline.acquire.discovery import is_same_feed

    kept: list[Finding] = []
    for one in found:
        if one.feed and not any(other.feed and is_same_feed(one.feed, other.feed) for other in kept):
            kept.append(one)
    return kept


def write_list(found: Iterable[Finding], site: str, path: Path) -> None:
    """Write the feeds as OPML to a new file. Raises UsageError."""
    from pipeline.acquire.opml import Subscription, write_opml

    listed = [Subscription(one.url, site, one.feed.title, one.feed.language) for one in found if one.feed]
    try:
        with path.open("xb") as stream:
            stream.write(write_opml(listed, f"Feeds of {site}"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another file with --opml") from error


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
