"""A watch as a process, under a fast clock: `python -m tests.live.driver DATA CATALOG CLOCK [once]`.

It asks loopback whatever host an address names. SIGTERM ends it cleanly; with `once` it ends when
nothing is due any more.
"""

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path

from pipeline.acquire.fetch import Fetcher
from pipeline.cli.running import open_run
from pipeline.settings import Limits, Live, Network, Settings, settings_for
from pipeline.stream import Stream
from pipeline.warehouse.lock import watch_lock
from tests.live.clocks import FastClock
from tests.live.site import PATIENT

LIVE = Live(batch_seconds=240.0, batch_results=60, look_seconds=3600.0, file_bytes=2_000_000)


def kill_settings(data: Path, catalog: str) -> Settings:
    """Small batches, small files and frequent tidying: a kill can fall into any of them."""
    network = Network(contact="https://coast.example/bot", allow=("127.0.0.0/8",), limits=PATIENT)
    limits = Limits(tidy_loads=5)
    return replace(settings_for(data, catalog or None, workers=2), network=network, live=LIVE, limits=limits)


async def loopback(host: str, port: int) -> list[str]:
    """Every name is here."""
    return ["127.0.0.1"]


async def watch(settings: Settings, clock: FastClock, once: bool) -> None:
    with watch_lock(settings), open_run(settings, "watching") as run:
        async with Fetcher(settings.network, resolver=loopback, now=clock.now) as fetcher:
            stream = Stream(run, fetcher, clock)
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stream.stop)
            await stream.work(once=once)


def main(data: str, catalog: str, clock: str, once: str = "") -> None:
    asyncio.run(watch(kill_settings(Path(data), catalog), FastClock.read(clock), once == "once"))


if __name__ == "__main__":
    main(*sys.argv[1:])
