"""A watch that is killed at random moments, again and again: nothing may be lost, nothing doubled.

    python -m tests.live.kills [KILLS] [--catalog ADDRESS] [--seed N]

Eight sites list new articles every few minutes; some of their pages are missing, some are none, some
fail twice first, some have moved. The watch runs under a clock that is 600 times as fast, is killed with its
workers (SIGKILL to the process group) and started again. At the end comes one quiet run. Then the list of the
server is held against the tables.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.settings import Settings
from pipeline.warehouse.check import run_checks
from pipeline.warehouse.connect import connect
from tests.conftest import ROOT
from tests.live.clocks import FastClock
from tests.live.driver import kill_settings
from tests.live.driving import subscribe
from tests.live.site import Bulletin, Listed, Reply, Rule, Site, Story, in_turn, moved, site

HOSTS = tuple(f"coast{number}.example" for number in range(8))
EVERY = timedelta(minutes=15)  # a new entry on each host
BACKLOG = 6  # entries of each feed at the start
MOST = 2000  # entries of each feed at the end, at most
SPEED, QUIET_SPEED = 600.0, 20.0
LATER = timedelta(hours=30)  # the quiet run comes so much later: every feed and failed page is due
SHORTEST_RUN, LONGEST_RUN = 0.8, 3.0  # seconds until a kill; starting takes about one
QUIET_SECONDS = 240.0
NO_ARTICLE = Reply(200, b"<html><body><p>Members only.</p></body></html>").having(content_type="text/html")


@dataclass
class Coast:
    """What the sites list, until `closed_at`."""

    pages: Site
    listed: dict[str, list[Listed]]
    closed_at: datetime | None = None

    def out(self) -> list[Listed]:
        """All that was listed until now."""
        until = self.closed_at or self.pages.clock.now()
        return [one for entries in self.listed.values() for one in entries if one.published_at <= until]

    def feed(self, host: str) -> Rule:
        """The feed of a host; every answer lists all that came so far, so that an outage hides nothing."""
        bulletin = Bulletin(self.listed[host], window=MOST)
        return lambda asked, now: bulletin(asked, min(now, self.closed_at or now))


def is_article(one: Listed) -> bool:
    """Whether its page is one, sooner or later."""
    return one.number % 10 not in (3, 5)


def canonical(one: Listed) -> str:
    """The address under which its article ends."""
    return one.url.replace("/news/", "/moved/") if one.number % 10 == 7 else one.url


def page(one: Listed) -> Rule:
    """By the last digit of the number: 3 is missing, 5 is no article, 8 fails twice, the others are there."""
    story = Story(replace(one, url=canonical(one)), revised_at=(one.published_at + timedelta(hours=2),))
    match one.number % 10:
        case 3:
            return lambda asked, now: Reply(404, b"gone fishing")
        case 5:
            return lambda asked, now: NO_ARTICLE
        case 7:
            return lambda asked, now: moved(canonical(one), 302)
        case 8:
            return in_turn([Reply(500), Reply(503, fault="cut", body=b"no more"), story])
    return story


@asynccontextmanager
async def coast_of(clock: FastClock) -> AsyncIterator[Coast]:
    """The sites, listening."""
    async with site(clock) as pages:
        listed = {host: _entries(pages, host, place) for place, host in enumerate(HOSTS)}
        coast = Coast(pages, listed)
        for host in HOSTS:
            pages.at(f"{host}/feed", coast.feed(host))
            for one in listed[host]:
                pages.at(f"{host}/news/{one.number}", page(one))
                pages.at(f"{host}/moved/{one.number}", Story(replace(one, url=canonical(one))))
        yield coast


def _entries(pages: Site, host: str, place: int) -> list[Listed]:
    first = pages.clock.now() - EVERY * BACKLOG
    numbers = range(place * MOST, (place + 1) * MOST)
    return [
        Listed(pages.url(f"{host}/news/{number}"), number, first + EVERY * at)
        for at, number in enumerate(numbers)
    ]


async def killed_watch(data: Path, catalog: str, kills: int, seed: int) -> list[str]:
    """Kill a watch so often, let it come to rest, and say all that is wrong with the tables."""
    clock = FastClock(datetime.now(UTC), SPEED)
    chance = random.Random(seed)
    settings = kill_settings(data, catalog)
    async with coast_of(clock) as coast:
        with connect(settings) as connection:
            subscribe(connection, settings, (coast.pages.url(f"{host}/feed") for host in HOSTS), clock.now())
        for number in range(kills):
            problem = await _run_and_kill(data, catalog, clock, chance.uniform(SHORTEST_RUN, LONGEST_RUN))
            if problem:
                return [f"run {number + 1} ended by itself: {problem}"]
        coast.closed_at = clock.now()
        quiet = clock.slowed(QUIET_SPEED, LATER)
        coast.pages.clock = quiet
        problem = await run_to_end(data, catalog, quiet)
        return [problem] if problem else list(differences(coast, settings))


async def start_watch(data: Path, catalog: str, clock: FastClock, *more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.live.driver", str(data), catalog, clock.written(), *more),
        cwd=ROOT,
        start_new_session=True,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


async def _run_and_kill(data: Path, catalog: str, clock: FastClock, seconds: float) -> str:
    """Nothing where it had to be killed; otherwise what it said when it ended."""
    process = await start_watch(data, catalog, clock)
    try:
        _, said = await asyncio.wait_for(process.communicate(), seconds)
        return f"code {process.returncode}: {said.decode()[-2000:]}"
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        return ""


async def run_to_end(data: Path, catalog: str, clock: FastClock) -> str:
    process = await start_watch(data, catalog, clock, "once")
    try:
        _, said = await asyncio.wait_for(process.communicate(), QUIET_SECONDS)
        return f"the quiet run failed: {said.decode()[-2000:]}" if process.returncode else ""
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        return f"the quiet run did not end within {QUIET_SECONDS:g} s"


def differences(coast: Coast, settings: Settings, others: Mapping[str, int] | None = None) -> Iterable[str]:
    """What the tables have that the server did not list, what they lack, what they have twice.

    `others`: articles by their canonical address that came another way.
    """
    out = coast.out()
    with connect(settings, read_only=True) as connection:

        def ask(sql: str) -> Counter[str]:
            return Counter(row[0] for row in connection.execute(sql).fetchall())

        entries, articles = ask("select url from entries"), ask("select canonical_url from articles")
        articles.subtract(others or {})
        gaps = ask("select url from discovery_gaps")
        kinds = ask("select state || ': ' || reason from discovery_gaps")
        failing = ask("select feed_url || ': ' || last_failure from feeds where failures > 0")
    yield from (f"a feed failed in the quiet run: {one}" for one in failing)
    sys.stdout.write(f"{len(out)} listed, {articles.total()} articles, {gaps.total()} gaps {dict(kinds)}\n")
    yield from _unequal("entries", entries, Counter(one.url for one in out))
    ended = Counter({one.url: articles[canonical(one)] + gaps[one.url] for one in out})
    yield from _unequal("articles or gaps", ended, Counter(one.url for one in out))
    yield from _unequal(
        "articles", articles - Counter(canonical(one) for one in out if is_article(one)), Counter()
    )
    yield from _unequal("articles of another origin", Counter(), -articles)
    yield from (
        f"{one.name}: {one.offenders} {one.examples}" for one in run_checks(settings) if one.offenders
    )


def _unequal(what: str, found: Counter[str], wanted: Counter[str]) -> Iterable[str]:
    for sign, more in (("too many", found - wanted), ("missing", wanted - found)):
        if more:
            yield f"{what}: {more.total()} {sign}, such as {more.most_common(3)}"


def main() -> int:
    """Kill, compare, print what is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--catalog", default="", help="a PostgreSQL address (default: SQLite)")
    parser.add_argument("--seed", type=int, default=20260302)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsflow-kills-") as folder:
        problems = asyncio.run(killed_watch(Path(folder), args.catalog, args.kills, args.seed))
    said = problems or [f"{args.kills} kills: nothing lost, nothing doubled"]
    sys.stdout.write("".join(f"{one}\n" for one in said))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
