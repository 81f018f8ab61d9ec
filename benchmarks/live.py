"""A watch over many feeds: what it costs, how soon a change is a row, how flat memory is, how polite.

    python benchmarks/live.py [--feeds 1000] [--entries 40] [--pages 3000] [--minutes 100] [--speed 6]

A server in a process of its own plays one host for each feed. Every page is listed by several feeds, so that
each feed has its full number of entries. The client is the real stream with real workers, three times in a
process of its own over the same tables:

first    everything is new: each feed is polled once, each page fetched once
again    65 minutes later: each feed has another body (a build date) and no new entry
change   `minutes` of a clock that runs `speed` times as fast as the machine's, in which new pages come one by
         one, each in one feed. It must outlast two intervals (--interval). What takes
         real time counts `speed` times here: delays are an upper bound

- feeds_per_cpu_second   polls of `again`, each with a changed body of all entries, over the CPU seconds of
                         the client and its workers (starting them included)
- pages_per_cpu_second   pages over the CPU seconds by which `first` costs more than `again`
- delay_p50, delay_p95   seconds from a page's first listing to its row in `articles`; `unseen`: changes that
                         no poll had brought when the watch ended, counted as if they had come then
- delay_over_due_p95     from the moment at which the feed was due next to the row, 95th percentile: what the
                         poll interval does not explain; at most 10 is what is promised
- lag_p95                from the answer that listed a page to its row
- memory_growth          median memory in the last third of `change` against that in its second third
- min_gap, max_at_once   the server's log: seconds of the clock between the starts of two requests to a host,
                         and requests to a host at a time

With --beside a command works on the same tables while `change` runs (`{data}` in it is the data folder), such
as a backfill; it is asked to end (SIGINT) with the watch. `beside_code` is its exit code: 130 if it had more
to do, so that it was at work all the time.

Prints one JSON line; exits with 1 where a figure is above its --ceiling or below its --floor, or where a host
was asked twice within a second or two things at once.
"""

import argparse
import asyncio
import json
import logging
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from live_figures import AGAIN, HOST_SECONDS, Cost, Plan, costs, delays, host, memory_of, offences
from memory import Memory

from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.schedule import FIRST_INTERVAL
from pipeline.cli.running import open_run
from pipeline.settings import Live, Network, settings_for
from pipeline.stream import Stream
from pipeline.warehouse.lock import watch_lock
from tests.live.clocks import FastClock
from tests.live.driver import loopback
from tests.live.driving import subscribe
from tests.live.site import Asked, Bulletin, Listed, Reply, Rule, Site, Story, site

LATENCY = 0.02  # seconds that every answer takes


# The server.


def play(plan: Plan, coast: Site) -> None:
    """Script all feeds and pages."""
    old = datetime.fromisoformat(plan.began_at) - timedelta(hours=3)
    step = max(1, plan.pages // plan.entries)
    pages = [_page(plan, coast, number, old) for number in range(plan.pages)]
    fresh = [_page(plan, coast, plan.pages + n, plan.fresh_at(n)) for n in range(plan.fresh)]
    for number in range(plan.feeds):
        listed = [*pages[number % step :: step], *fresh[number :: plan.feeds]]
        coast.at(f"{host(number)}/feed", hourly(Bulletin(listed, window=plan.entries)))


def _page(plan: Plan, coast: Site, number: int, at: datetime) -> Listed:
    name = host(number % plan.feeds)
    listed = Listed(coast.url(f"{name}/news/{number}"), number, at)
    story = Story(listed)
    coast.at(f"{name}/news/{number}", lambda asked, now: replace(story(asked, now), seconds=LATENCY))
    return listed


def hourly(bulletin: Bulletin) -> Rule:
    """A feed with a build date that changes every hour: another body, whether there is news or not."""

    def answer(asked: Asked, now: datetime) -> Reply:
        built = f"<lastBuildDate>{now:%Y-%m-%d %H}:00:00 GMT</lastBuildDate>"
        return replace(replace(bulletin, head=built)(asked, now), seconds=LATENCY)

    return answer


async def serve(plan: Plan, clock: FastClock) -> None:
    """Serve until standard input ends, each line of which is the clock from then on; then tell of the log."""
    loop = asyncio.get_running_loop()
    async with site(clock) as coast:
        play(plan, coast)
        say(coast.server.port)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            coast.clock = FastClock.read(line)
            say(0)
        say(manners(coast.log))


def manners(log: Sequence[Asked]) -> dict[str, float]:
    """The smallest gap between two requests to a host, and the most at a time."""
    hosts: dict[str, list[Asked]] = {}
    for one in log:
        hosts.setdefault(one.host, []).append(one)
    gaps, most = [float("inf")], 0
    for asked in hosts.values():
        gaps += [(b.at - a.at).total_seconds() for a, b in pairwise(asked)]
        for one in asked:
            under_way = sum(
                other.began <= one.began and (other.ended or other.began) > one.began for other in asked
            )
            most = max(most, under_way)
    return {"min_gap": round(min(gaps), 3), "max_at_once": most, "requests": len(log)}


def say(what: object) -> None:
    print(json.dumps(what), flush=True)


# The client.


class Ends(logging.Handler):
    """Notes when loads end, in seconds of the machine's time: from then on readers see their rows."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.times: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        """One message of the stream."""
        if record.msg == "batch":
            self.times.append(record.created)


async def watch(plan: Plan, data: Path, clock: FastClock, minutes: float, port: int) -> None:
    """The stream, as `newsflow watch` runs it: for so many minutes of the clock, or once."""
    network = Network(allow=("127.0.0.0/8",), host_seconds=HOST_SECONDS)
    live = Live() if minutes else Live(recheck_hours=())
    settings = replace(settings_for(data), network=network, live=live)
    with watch_lock(settings), open_run(settings, "watching") as run:
        if not run.connection.execute("from feeds limit 1").fetchall():
            urls = (f"http://{host(number)}:{port}/feed" for number in range(plan.feeds))
            subscribe(run.connection, settings, urls, clock.now())
            run.connection.execute("update feeds set interval_seconds = ?", [plan.interval])
        ends = Ends()
        logging.getLogger("newsflow.stream").addHandler(ends)
        logging.getLogger("newsflow.stream").setLevel(logging.INFO)
        async with Fetcher(network, resolver=loopback, now=clock.now) as fetcher:
            stream = Stream(run, fetcher, clock)
            if minutes:
                asyncio.get_running_loop().call_later(minutes * 60 / clock.speed, stream.stop)
            await stream.work(once=not minutes)
            loads = sorted(stream.gauges.batch_seconds)
            load_p95 = loads[int(0.95 * (len(loads) - 1))]
            say({"loads": stream.gauges.batches, "load_p95": load_p95, "loads_end": ends.times})


# The measure.


@dataclass
class Played:
    """The server's process, and how to tell it the time."""

    process: "subprocess.Popen[str]"
    port: int

    def set_clock(self, clock: FastClock) -> None:
        """From now on it goes by this one."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(clock.written() + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def end(self) -> dict[str, float]:
        """End it; returns what its log says."""
        said, _ = self.process.communicate()
        found: dict[str, float] = json.loads(said.splitlines()[-1])
        return found


def start_server(plan: Plan, clock: FastClock) -> Played:
    """The server's process."""
    command = [sys.executable, __file__, "--serve", json.dumps(asdict(plan)), "--clock", clock.written()]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return Played(process, int(process.stdout.readline()))


def run_client(plan: Plan, data: Path, clock: FastClock, minutes: float, port: int) -> Cost:
    """One client's process; stops the benchmark if it fails."""
    told = [json.dumps(asdict(plan)), "--clock", clock.written(), "--data", str(data), "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "--watch", *told, "--minutes", str(minutes)],
        stdout=subprocess.PIPE,
        text=True,
    )
    memory = Memory(process.pid, 1.0)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    memory.stop()
    if status != 0:
        sys.exit("the client failed")
    wall = time.perf_counter() - began
    return Cost(usage.ru_utime + usage.ru_stime, wall, memory.samples, json.loads(said.splitlines()[-1]))


@contextmanager
def working_beside(command: str, data: Path) -> Iterator[dict[str, float]]:
    """The command at work within the block, and its exit code afterwards; nothing where there is none."""
    said: dict[str, float] = {}
    if not command:
        yield said
        return
    process = subprocess.Popen(
        [one.replace("{data}", str(data)) for one in shlex.split(command)], stdout=subprocess.DEVNULL
    )
    try:
        yield said
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        said["beside_code"] = process.wait()


def measure(plan: Plan, speed: float, data: Path, beside: str = "") -> dict[str, float]:
    """All figures."""
    clock = FastClock(datetime.fromisoformat(plan.began_at), 1.0)
    server = start_server(plan, clock)
    try:
        first = run_client(plan, data, clock, 0, server.port)
        later = clock.slowed(1.0, AGAIN)
        server.set_clock(later)
        again = run_client(plan, data, later, 0, server.port)
        begin = datetime.fromisoformat(plan.began_at) + 2 * AGAIN
        fast = later.slowed(speed, begin - later.now())
        server.set_clock(fast)
        with working_beside(beside, data) as of_command:
            change = run_client(plan, data, fast, plan.minutes, server.port)
    finally:
        said = server.end()
    return {
        **asdict(plan),
        **costs(plan, first, again),
        **delays(plan, data, fast, change.said.pop("loads_end")),
        **memory_of(first, change),
        "change_cpu_seconds": round(change.cpu_seconds, 1),
        **{f"change_{name}": value for name, value in change.said.items()},
        **said,
        **of_command,
    }


def main() -> int:
    """Plays its part: the server, the client, or the measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=40)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--fresh", type=int, default=1000, help="pages that come while the watch runs")
    parser.add_argument("--minutes", type=float, default=100.0)
    parser.add_argument("--speed", type=float, default=6.0)
    parser.add_argument(
        "--interval", type=int, default=FIRST_INTERVAL, help="a feed's own, at first (seconds)"
    )
    parser.add_argument(
        "--quiet", type=float, default=12.0, help="minutes without a new page at both ends of `change`"
    )
    parser.add_argument("--beside", default="", metavar="COMMAND")
    parser.add_argument("--floor", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--ceiling", action="append", default=[], metavar="NAME=VALUE")
    for name in ("--serve", "--watch", "--clock", "--data", "--port"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        asyncio.run(serve(Plan(**json.loads(args.serve)), FastClock.read(args.clock)))
        return 0
    if args.watch:
        plan, clock = Plan(**json.loads(args.watch)), FastClock.read(args.clock)
        asyncio.run(watch(plan, Path(args.data), clock, args.minutes, int(args.port)))
        return 0
    if args.minutes <= 2 * args.quiet:
        parser.error(f"--minutes: more than {2 * args.quiet:g}, for nothing new comes in the quiet ends")
    now = datetime.now(UTC).isoformat()
    sizes = (args.feeds, args.entries, args.pages, args.fresh)
    plan = Plan(*sizes, args.minutes, args.interval, args.quiet, now)
    with tempfile.TemporaryDirectory(prefix="newsflow-benchmark-") as folder:
        figures = measure(plan, args.speed, Path(folder), args.beside)
    print(json.dumps(figures))
    bad = offences(figures, args.floor, args.ceiling)
    print(*bad, sep="\n", end="\n" if bad else "", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
