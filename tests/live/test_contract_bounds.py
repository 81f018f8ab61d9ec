"""What is not loaded does not count, and does not pile up."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.settings import Live, Settings
from pipeline.stream import Stream
from pipeline.warehouse.connect import connect
from pipeline.warehouse.lock import writer_lock
from tests.acquire.server import VirtualClock
from tests.live.clocks import FastClock
from tests.live.driving import LIVE, live_until, settings_of, watching
from tests.live.site import Asked, Bulletin, Reply, Rule, site, stories

HOUR = timedelta(hours=1)
NEVER = Live(batch_seconds=10 * 3600.0)  # no load within these tests, unless there is too much
HOSTS, PAGES = 6, 10
FILLING = f"<!-- {'x' * 60_000} -->"
ROOM = 240_000  # bytes: about two pages as they came and decoded


def test_validators_of_a_body_that_was_not_loaded_are_not_used(tmp_path: Path) -> None:
    asked, entries = asyncio.run(_cut_short(tmp_path))
    assert [one.header(b"If-None-Match") for one in asked[:2]] == [None, None]
    assert asked[2].header(b"If-None-Match") == (asked[1].reply.header("ETag") or "").encode()
    assert entries == 3


async def _cut_short(data: Path) -> tuple[list[Asked], int]:
    """A watch that ends at once after its first poll, and another one."""
    clock = VirtualClock()
    async with site(clock) as coast:
        coast.at("cut.example/feed", Bulletin(stories(coast, "cut.example", range(3), clock.now())))
        settings = settings_of(coast, data, live=NEVER)
        async with watching(coast, clock, settings, [coast.url("cut.example/feed")]) as stream:
            work = asyncio.create_task(stream.work())
            while not coast.log or coast.log[0].ended is None or stream.busy:
                await asyncio.sleep(0.01)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        async with watching(coast, clock, replace(settings, live=LIVE)) as stream:
            await live_until(stream, clock, clock.now() + 2 * HOUR)
        with connect(settings, read_only=True) as connection:
            (entries,) = connection.execute("select count(*) from entries").fetchall()
        return coast.asked("cut.example/feed"), entries[0]


def test_new_pages_are_fetched_while_somebody_else_loads(tmp_path: Path) -> None:
    asked, before, after = asyncio.run(_somebody_else_loads(tmp_path))
    assert {"/feed", "/news/0", "/news/1", "/news/2"} <= asked
    assert (before, after) == ((0, 0), (3, 3))


async def _somebody_else_loads(data: Path) -> tuple[set[str], tuple[int, ...], tuple[int, ...]]:
    """What was asked for while another writer had the lock; entries and articles by then, and afterwards."""
    clock = FastClock(datetime.now(UTC), 60.0)
    async with site(clock) as coast:
        coast.at("held.example/feed", Bulletin(stories(coast, "held.example", range(3), clock.now())))
        settings = settings_of(coast, data, live=Live())
        async with watching(coast, clock, settings, [coast.url("held.example/feed")]) as stream:
            with writer_lock(settings, lambda: None):
                work = asyncio.create_task(stream.work(once=True))
                async with asyncio.timeout(30.0):
                    while sum(one.reply.status == 200 for one in coast.log) < 4:
                        await asyncio.sleep(0.01)
                asked, before = {one.path for one in coast.log}, _held(settings)
            await work
        return asked, before, _held(settings)


def _held(settings: Settings) -> tuple[int, ...]:
    with connect(settings, read_only=True) as connection:
        counts = "select (select count(*) from entries), (select count(*) from articles)"
        return tuple(connection.execute(counts).fetchall()[0])


def test_no_more_is_asked_for_than_memory_may_hold(tmp_path: Path) -> None:
    between_loads = asyncio.run(_large_pages(tmp_path))
    assert between_loads.total() == HOSTS * PAGES
    # Two fill the room, each host may have had one more under way; as many may come while a batch is loaded.
    assert max(between_loads.values()) <= 2 * (2 + HOSTS)


async def _large_pages(data: Path) -> "Counter[int]":
    """How many pages were asked for after each number of loads."""
    clock, seen = VirtualClock(), Counter[int]()
    async with site(clock) as coast:
        settings = settings_of(coast, data, live=replace(NEVER, batch_seconds=30.0, waiting_bytes=ROOM))
        feeds = []
        for number in range(HOSTS):
            name = f"large{number}.example"
            listed = stories(coast, name, range(number * PAGES, (number + 1) * PAGES), clock.now())
            coast.at(f"{name}/feed", Bulletin(listed))
            feeds.append(coast.url(f"{name}/feed"))
        async with watching(coast, clock, settings, feeds) as stream:
            for address, rule in list(coast.rules.items()):
                if "/news/" in address:
                    coast.at(address, _large(rule, seen, stream))
            await live_until(stream, clock, clock.now() + HOUR / 2)
        return seen


def _large(rule: Rule, seen: "Counter[int]", stream: Stream) -> Rule:
    """The page made large; every request for it is counted."""

    def answer(asked: Asked, now: datetime) -> Reply:
        seen[stream.gauges.batches] += 1
        reply = rule(asked, now)
        return replace(reply, body=reply.body.replace(b"<body>", f"<body>{FILLING}".encode()))

    return answer
