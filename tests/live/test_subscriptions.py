"""Commands beside a real stream: what is paused or removed stays so, and retried pages are fetched."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.acquire.fetch import Fetcher
from pipeline.batch import Run
from pipeline.cli.running import open_run
from pipeline.replay import CapturesAgain, replay
from pipeline.settings import Settings, settings_for
from pipeline.stream import Stream
from pipeline.warehouse.check import run_checks
from pipeline.warehouse.connect import connect
from pipeline.warehouse.retries import Meant, retry_quarantined
from pipeline.warehouse.subscriptions import Change, Wanted, add_feeds, change_feeds
from tests.acquire.feed_texts import item, rss
from tests.acquire.server import Server, ok, serving
from tests.clean.pages import page
from tests.conftest import fresh_database
from tests.live.site import PATIENT
from tests.warehouse.live_rows import Rows

XML, HTML = b"Content-Type: application/rss+xml", b"Content-Type: text/html"
MISSING = ok(b"nothing", status=b"404 Not Found")
NETWORK_TABLES = ("feeds", "entries", "polls", "fetches")


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with fresh_database(request.getfixturevalue("postgres")) as address:
        yield address


@contextmanager
def opened(server: Server, data: Path, catalog: str | None = None) -> Iterator[Run]:
    settings = settings_for(data, catalog, workers=1)
    network = replace(server.network(PATIENT), host_seconds=0.0)
    with open_run(replace(settings, network=network), "watching") as run:
        yield run


async def watch(run: Run) -> None:
    async with Fetcher(run.settings.network) as fetcher:
        await Stream(run, fetcher, chance=random.Random(1)).work(once=True)


def ask(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def subscribe(run: Run, url: str) -> None:
    add_feeds(run.connection, run.settings, [Wanted(url)], datetime.now(UTC), lambda: None)


def other_process(settings: Settings, change: Change, url: str) -> None:
    with connect(settings) as connection:
        change_feeds(connection, settings, [url], change, datetime.now(UTC), lambda: None)


@pytest.mark.parametrize(("change", "left"), [("pause", [("paused",)]), ("remove", [])])
def test_a_poll_under_way_overwrites_no_pause_and_no_removal(
    data: Path, catalog: str | None, change: Change, left: list[tuple[str]]
) -> None:
    async def scenario() -> None:
        async with serving(**{"robots.txt": MISSING, "1": ok(page().encode(), HTML)}) as server:
            url = server.url("/news.xml")
            asked, answer = asyncio.Event(), asyncio.Event()

            async def slowly(writer: asyncio.StreamWriter) -> None:
                asked.set()
                await answer.wait()
                writer.write(ok(rss(item(1, link=server.url("/1"))).encode(), XML, b"Connection: close"))
                await writer.drain()

            server.pages["/news.xml"] = slowly
            with opened(server, data, catalog) as run:
                subscribe(run, url)
                working = asyncio.create_task(watch(run))
                await asyncio.wait_for(asked.wait(), 20)
                await asyncio.to_thread(other_process, run.settings, change, url)
                answer.set()
                await working
                assert ask(run.connection, "select status from feeds") == left
                assert ask(run.connection, "select outcome, new_entries from polls") == [("changed", 1)]
                assert ask(run.connection, "select count(*) from entries") == [(1,)]

    asyncio.run(scenario())


def test_a_retried_page_is_fetched_and_its_entry_is_no_gap(data: Path) -> None:
    async def scenario() -> None:
        async with serving(**{"robots.txt": MISSING, "story": ok(page().encode(), HTML)}) as server:
            with opened(server, data) as run:
                rows = Rows(run.connection)
                rows.entry(0, feed=0, url=server.url("/story"))
                rows.fetch(0, "server_error", hours=30, url=server.url("/story"))
                await watch(run)
                assert server.asked == []
                now = datetime.now(UTC)
                assert (
                    retry_quarantined(run.connection, run.settings, Meant(), now, lambda: None).total() == 1
                )
                await watch(run)
                assert ask(run.connection, "select outcome, cause, checks from pages") == [
                    ("fetched", "retry", 1)
                ]
                assert ask(run.connection, "from discovery_gaps") == []

    asyncio.run(scenario())


def test_a_subscribed_secret_is_asked_for_and_the_tables_survive_a_replay(data: Path) -> None:
    async def scenario() -> None:
        feed = rss(item(1, link="{0}"), item(2, link="{1}"))
        async with serving(**{"robots.txt": MISSING, "1": ok(page().encode(), HTML), "2": MISSING}) as server:
            body = feed.replace("{0}", server.url("/1")).replace("{1}", server.url("/2"))
            server.pages["/news.xml?token=sesame"] = ok(body.encode(), XML)
            with opened(server, data) as run:
                subscribe(run, server.url("/news.xml?token=sesame"))
                await watch(run)
                assert ask(run.connection, "select health, failures from feed_health") == [("well", 0)]
                (gap,) = ask(run.connection, "select split_part(url, '/', 4), reason from discovery_gaps")
                assert gap == ("2", "not_found")
                before = everything(run.connection)
                replay(run, CapturesAgain())
                assert everything(run.connection) == before
                assert "sesame" not in repr(before)
                settings = run.settings
        assert [one for one in run_checks(settings) if one.offenders] == []

    asyncio.run(scenario())


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    return {name: ask(connection, f"from {name} order by all") for name in NETWORK_TABLES}
