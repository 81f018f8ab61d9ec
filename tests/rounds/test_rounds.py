"""A round brings what a watch brings, is polite in any number of shares, and may be killed anywhere."""

import asyncio
import itertools
import random
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.acquire.clock import SystemClock
from pipeline.acquire.fetch import Fetcher
from pipeline.batch import Run
from pipeline.clean.addresses import publisher_of
from pipeline.errors import SourceError
from pipeline.rounds.ask import Asked, ask_share, settings_of_round
from pipeline.rounds.examine import examine_manifests
from pipeline.rounds.load import load_manifests
from pipeline.rounds.manifests import list_waiting
from pipeline.rounds.share import Share, plan_shares, read_due
from pipeline.settings import Limits, Settings, settings_for
from pipeline.stream import Stream
from pipeline.warehouse.check import run_checks
from pipeline.warehouse.connect import connect
from pipeline.warehouse.load import Loaded
from pipeline.work import Workers
from tests.live.driving import subscribe
from tests.live.site import PATIENT, Bulletin, Reply, Site, moved, site, stories

HOSTS = ("gazette.example", "tribune.example", "mercury.example")
ITEMS = 12  # of which one is a page that is missing
SAME = {
    "articles": "select article_id, title, text, url, story_id, revision from articles",
    "quotes": "select quote_id, text, speaker from quotes",
    "feeds": "select feed_url, status, etag, kind, title, failures, interval_seconds from feeds",
    "entries": "select entry_id, url, title, published_at from entries",
    "polls": "select feed_id, outcome, entries, new_entries from polls",
    "fetches": "select page_id, url, cause, outcome, failures, checks, next_at is null from fetches",
    "rejects": "select stage, reason from rejects",
}
Tables = dict[str, list[tuple[object, ...]]]


@asynccontextmanager
async def coast() -> AsyncIterator[Site]:
    """Three publishers; one article under two addresses, one page that is missing, one feed that moved."""
    async with site(SystemClock()) as made:
        first_at = datetime.now(UTC) - timedelta(hours=2)
        for number, host in enumerate(HOSTS):
            listed = stories(made, host, range(100 * number, 100 * number + 4), first_at)
            made.at(f"{host}/feed", Bulletin(listed))
        made.at("tribune.example/news/101", Reply(404))
        made.at("mercury.example/old", moved(made.url("mercury.example/feed")))
        yield made


def settings_of(made: Site, data: Path) -> Settings:
    network = replace(made.network(PATIENT), host_seconds=0.02)
    settings = replace(settings_for(data, workers=2), network=network, limits=Limits(feed_seconds=5.0))
    feeds = [made.url(f"{host}/feed") for host in HOSTS[:2]] + [made.url("mercury.example/old")]
    with connect(settings) as connection:
        subscribe(connection, settings, feeds, datetime.now(UTC))
    return settings


@contextmanager
def opened(settings: Settings, *, read_only: bool = True) -> Iterator[Run]:
    with (
        Workers(settings.workers, settings.limits) as workers,
        connect(settings, read_only=read_only) as connection,
    ):
        yield Run(settings, connection, workers)


def fetcher(made: Site, settings: Settings) -> Fetcher:
    return Fetcher(settings.network, resolver=made.resolve)


def plan(settings: Settings, name: str, most: int) -> list[Share]:
    at = datetime.now(UTC)
    with connect(settings, read_only=True) as connection:
        return plan_shares(read_due(connection, at, settings.live), name, at, most)


async def ask(made: Site, settings: Settings, share: Share) -> Asked:
    with opened(settings_of_round(settings)) as run:
        async with fetcher(made, settings) as getter:
            return await ask_share(run, getter, share, 60.0, chance=random.Random(1))


def examine(settings: Settings, names: list[str]) -> int:
    with opened(settings) as run:
        return examine_manifests(run, names)


def load(settings: Settings, names: list[str]) -> Loaded:
    with connect(settings) as connection:
        return load_manifests(connection, settings, names, lambda: None)


def tables(settings: Settings) -> Tables:
    with connect(settings, read_only=True) as connection:
        return {name: connection.execute(f"{sql} order by all").fetchall() for name, sql in SAME.items()}


async def watched(made: Site, settings: Settings) -> Tables:
    with opened(settings, read_only=False) as run:
        async with fetcher(made, settings) as getter:
            await Stream(run, getter, chance=random.Random(1)).work(once=True)
    return tables(settings)


def of_three(name: str) -> list[Share]:
    """Three shares, whatever is due."""
    return [Share(name, number, 3, datetime.now(UTC)) for number in range(3)]


def test_rounds_bring_what_a_watch_brings(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with coast() as made:
            seen = await watched(made, settings_of(made, tmp_path / "watch"))
            settings = settings_of(made, tmp_path / "rounds")
            for share in of_three("first"):
                await ask(made, settings, share)
            names = list_waiting(settings)
            assert examine(settings, names) == ITEMS
            load(settings, names)
            assert list_waiting(settings) == []
            assert [(name, rows) for name, rows in tables(settings).items() if rows != seen[name]] == []
            assert len(seen["articles"]) == 11
            assert [one for one in run_checks(settings) if one.offenders] == []

    asyncio.run(scenario())


def test_all_of_a_publisher_is_in_one_share_and_hosts_are_asked_one_by_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with coast() as made:
            settings = settings_of(made, tmp_path)
            await asyncio.gather(*(ask(made, settings, share) for share in of_three("all")))
            for host in HOSTS:
                shares = {share.number for share in of_three("") if share.holds(f"http://{host}/x")}
                assert len(shares) == 1
                spans = [(one.began, one.ended or 0.0) for one in made.log if one.host == host]
                assert len(spans) >= 5
                assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
            assert len({publisher_of(f"http://{host}") for host in HOSTS}) == 3

    asyncio.run(scenario())


def test_a_share_that_is_asked_again_asks_for_nothing_twice(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with coast() as made:
            settings = settings_of(made, tmp_path)
            (share,) = plan(settings, "once", 8)
            first = await ask(made, settings, share)
            requests = len(made.log)
            again = await ask(made, settings, share)
            assert again.manifests == first.manifests == list_waiting(settings)
            assert len(made.log) == requests

    asyncio.run(scenario())


def test_what_a_killed_share_had_brought_counts_and_the_rest_is_asked_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with coast() as made:
            settings = settings_of(made, tmp_path)
            settings = replace(settings, live=replace(settings.live, batch_results=2, batch_seconds=0.0))
            share = Share("killed", 0, 1, datetime.now(UTC))
            with opened(settings) as run:
                async with fetcher(made, settings) as getter:
                    working = asyncio.ensure_future(ask_share(run, getter, share, 60.0))
                    while len(list_waiting(settings)) < 2:
                        await asyncio.sleep(0.01)
                    working.cancel()
                    await asyncio.gather(working, return_exceptions=True)
            assert 2 <= len(list_waiting(settings)) < 10
            await ask(made, settings, share)
            for number in range(2):  # pages that were known when the share was killed: the next round
                names = list_waiting(settings)
                examine(settings, names)
                load(settings, names)
                if number == 0:
                    await ask(made, settings, Share("next", 0, 1, datetime.now(UTC)))
            feeds = [one for one in made.log if one.path in ("/feed", "/old")]
            assert len(feeds) <= 4 + 3  # one is moved; a poll that was cut off is asked again
            found = tables(settings)
            assert len(found["articles"]) == 11
            assert len(found["entries"]) == len({row[0] for row in found["entries"]}) == 12
            assert [one for one in run_checks(settings) if one.offenders] == []

    asyncio.run(scenario())


def test_a_load_that_was_killed_behind_its_commit_doubles_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with coast() as made:
            settings = settings_of(made, tmp_path / "data")
            (share,) = plan(settings, "kept", 8)
            names = (await ask(made, settings, share)).manifests
            with pytest.raises(SourceError, match=f"manifest {names[0]} is not examined"):
                load(settings, names)
            examine(settings, names)
            for folder in ("arrived", "examined"):
                shutil.copytree(settings.data / folder, tmp_path / "kept" / folder)
            assert load(settings, names).ended.total() == ITEMS
            before = tables(settings)
            shutil.copytree(tmp_path / "kept", settings.data, dirs_exist_ok=True)
            assert list_waiting(settings) == names
            assert load(settings, names).ended.total() == 0
            assert tables(settings) == before
            assert load(settings, names).ended.total() == 0

    asyncio.run(scenario())


def test_shares_follow_what_is_due(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with coast() as made:
            settings = settings_of(made, tmp_path)
            (share,) = plan(settings, "now", 8)
            assert (share.number, share.of) == (0, 1)
            names = (await ask(made, settings, share)).manifests
            examine(settings, names)
            load(settings, names)
            assert plan(settings, "later", 8) == []

    asyncio.run(scenario())
