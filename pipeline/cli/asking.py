"""Asking for feeds: polite GETs, parses in a worker, and what that says.

Feeds are asked without robots.txt: it speaks of crawling, and a feed is published to be polled. Every request
is guarded and waits for its host's turn.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from pipeline.cli.options import messages
from pipeline.records import Capture, Dropped
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.acquire.polite import PoliteGetter
    from pipeline.acquire.records import Failed, Fetched, ParsedFeed
    from pipeline.acquire.robots import Robots
    from pipeline.work import Workers

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Finding:
    """What asking for one feed brought.

    `status`: ok or why not; `poll_seconds`: how soon it may be asked again; `final_url`: the address that
    answered.
    """

    url: str
    status: str
    detail: str | None
    poll_seconds: int
    feed: "ParsedFeed | None"
    final_url: str | None = None

    def as_row(self) -> dict[str, object]:
        """The finding for printing: plain values."""
        feed = self.feed
        dates = [entry.published_at for entry in feed.entries if entry.published_at] if feed else []
        return {
            "url": self.url,
            "status": self.status,
            "detail": self.detail,
            "kind": feed.kind if feed else None,
            "entries": len(feed.entries) if feed else None,
            "newest_at": max(dates).isoformat() if dates else None,
            "poll_seconds": self.poll_seconds,
            "title": feed.title if feed else None,
        }


@dataclass(frozen=True, slots=True)
class Desk:
    """What asking works with. `advance` is told of each answer."""

    polite: "PoliteGetter"
    robots: "Robots"
    workers: "Workers"
    feed_seconds: float
    advance: Callable[[int], None] = lambda _: None

    async def get(self, url: str, crawl_delay: float | None = None) -> "Fetched | Failed":
        """One polite GET."""
        answer = await self.polite.get(url, crawl_delay=crawl_delay)
        self.advance(1)
        return answer

    async def examine(
        self, function: Callable[[Capture, bytes], Result], answer: "Fetched"
    ) -> Result | Dropped:
        """An answer's payload through a worker; cancelled, the worker ends too."""
        from pipeline.acquire.results import capture_of

        task = self.workers.submit(
            function, capture_of(answer), answer.payload, seconds=self.feed_seconds, stage="feed"
        )
        return await task.wait()

    async def find(self, url: str) -> Finding:
        """Ask for one feed and read it."""
        return await self.judged(url, await self.get(url))

    async def judged(self, url: str, answer: "Fetched | Failed") -> Finding:
        """What an answer says about a feed never asked before."""
        from pipeline.acquire.records import Failed, Failure
        from pipeline.acquire.schedule import after_poll, answer_of, new_feed
        from pipeline.work import examine_feed

        now = datetime.now(UTC)
        state = new_feed(url, now)
        read = None
        if isinstance(answer, Failed):
            status, detail = str(answer.failure), answer.detail
            if answer.failure is Failure.forbidden_address:
                detail += "; if it is yours, name it with --allow"
        elif isinstance(meaning := answer_of(state, answer), Failure):
            status, detail = str(meaning), f"HTTP {answer.status}"
        else:
            read = await self.examine(examine_feed, answer)
            status, detail = (str(read.reason), read.detail) if isinstance(read, Dropped) else ("ok", "")
            if isinstance(read, Dropped):
                answer = Failed(url, Failure.malformed, read.detail, answer.hops, now)
        feed = None if isinstance(read, Dropped) else read
        state = after_poll(state, answer, feed.hints if feed else None, 0, now, 0.0)
        seconds = int((state.next_poll_at - now).total_seconds())
        final_url = None if isinstance(answer, Failed) else answer.final_url
        return Finding(url, status, " ".join(detail.split()) or None, seconds, feed, final_url)


def ask(
    work: Callable[[Desk], Coroutine[None, None, Result]],
    settings: Settings,
    contact: str,
    allow: list[str] | None,
) -> Result:
    """Do the work with workers and connections open, and a count of answers on a terminal."""
    from pipeline.acquire.clock import SystemClock
    from pipeline.acquire.fetch import Fetcher
    from pipeline.acquire.guard import allow_list
    from pipeline.acquire.hosts import Hosts
    from pipeline.acquire.polite import PoliteGetter, RobotsGetter
    from pipeline.acquire.robots import Robots
    from pipeline.cli.running import progress_bar
    from pipeline.work import Workers

    network = replace(settings.network, contact=contact, allow=tuple(allow or ()))
    allow_list(network)  # before any process is started

    async def within(workers: Workers, advance: Callable[[int], None]) -> Result:
        async with Fetcher(network) as fetcher:
            clock = SystemClock()
            hosts = Hosts(network, clock)
            polite = PoliteGetter(fetcher, hosts, clock, lambda: 0.0)
            robots = Robots(RobotsGetter(fetcher, hosts, clock), clock)
            return await work(Desk(polite, robots, workers, settings.limits.feed_seconds, advance))

    with (
        Workers(settings.workers, settings.limits) as workers,
        progress_bar(messages(), "asking") as bar,
    ):
        return asyncio.run(within(workers, bar.advance))


async def together(work: Iterable[Coroutine[None, None, Result]]) -> list[Result]:
    """All at once, results in order."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
    return [task.result() for task in tasks]
