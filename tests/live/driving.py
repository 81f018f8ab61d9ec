"""A real stream under a clock by hand: days pass in seconds, and none while anything is under way."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb

from pipeline.acquire.clock import Clock
from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.schedule import new_feed
from pipeline.acquire.secrets import Secrets
from pipeline.cli.running import open_run
from pipeline.settings import Limits, Live, Settings, settings_for
from pipeline.stream import Stream
from tests.acquire.server import VirtualClock
from tests.live.site import Site

QUIET_TURNS = 12  # turns of the event loop in which nothing was under way: then time may move on
LIVE = Live(batch_seconds=20.0, look_seconds=600.0)


def settings_of(coast: Site, data: Path, catalog: str | None = None, live: Live = LIVE) -> Settings:
    """Settings of a watch that may only ask the site."""
    made = settings_for(data, catalog, workers=2)
    return replace(made, network=coast.network(), live=live, limits=Limits(feed_seconds=2.0))


def subscribe(
    connection: duckdb.DuckDBPyConnection, settings: Settings, urls: Iterable[str], now: datetime
) -> None:
    """Add feeds, due at once."""
    secrets = Secrets(settings.secrets)
    for url in urls:
        stored = secrets.hide(url)
        state = new_feed(stored, now)
        secrets.save()
        connection.execute(
            """
            insert into feeds (
                feed_id, feed_url, status, next_poll_at, interval_seconds,
                failures, moved_times, skip_hours, skip_days, added_at
            )
            values (?, ?, 'active', ?, ?, 0, 0, [], [], ?)
            """,
            [state.feed_id, stored, now, state.interval_seconds, now],
        )


@asynccontextmanager
async def watching(
    coast: Site, clock: Clock, settings: Settings, feeds: Iterable[str] = ()
) -> AsyncIterator[Stream]:
    """A stream over the site, with these feeds added; drive it with `live_until`."""
    with open_run(settings, "watching") as run:
        subscribe(run.connection, settings, feeds, clock.now())
        async with Fetcher(settings.network, resolver=coast.resolve, now=clock.now) as fetcher:
            yield Stream(run, fetcher, clock, random.Random(20260302))


async def live_until(stream: Stream, clock: VirtualClock, until: datetime) -> None:
    """Let the stream work until then, and stop it cleanly."""
    work = asyncio.create_task(stream.work())
    stopped = False
    while not work.done():
        await _settle(stream, work)
        at = clock.next_at()
        if not stopped and (at is None or at > until):
            clock.pass_time(seconds=max(0.0, (until - clock.now()).total_seconds()))
            stream.stop()
            stopped = True
        else:
            clock.wake_next()
    await work


async def _settle(stream: Stream, work: "asyncio.Task[None]") -> None:
    """Wait until nothing but the clock can make anything happen."""
    quiet = 0
    while quiet < QUIET_TURNS and not work.done():
        await asyncio.sleep(0.0005 if stream.busy else 0)
        quiet = 0 if stream.busy else quiet + 1
