"""Requests for lists of addresses: polite, tried again where that can help, and from part to part as polite.

url ── turn of its host ── GET ──> answer ── passing failure? ── wait, or let the host rest ──> again
                                      └────> Fetched | Failed, and whether the network was there at all
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from pipeline.acquire.clock import Clock, SystemClock
from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.guard import Resolve, resolve
from pipeline.acquire.hosts import Hosts, host_of
from pipeline.acquire.paging import PageFetcher
from pipeline.acquire.polite import PoliteGetter, RobotsGetter
from pipeline.acquire.records import Failed, Failure, Fetched, Page
from pipeline.acquire.redact import redact
from pipeline.acquire.results import PageResult
from pipeline.acquire.robots import Copy, Robots
from pipeline.acquire.schedule import PASSING, failure_of
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Refusal
from pipeline.settings import FetchLimits, Limits, Lists, Network

# What a missing network looks like, and a host that is not there: only other answers tell them apart.
# A page is asked for after its robots.txt: without that, nothing is known of the page.
SILENT = {Failure.dns, Failure.connection, Failure.timeout, Failure.robots_unknown}
REASONS = {
    Failure.timeout: Reason.TIMEOUT,
    Failure.too_large: Reason.TOO_LARGE,
    Failure.corrupt: Reason.CORRUPT,
    Failure.malformed: Reason.NOT_A_FEED,
}
LATER = 4  # times as late each time
BUSY = (429, 503)


@dataclass(slots=True)
class Known:
    """What lasts from one part of a source to the next: rests of hosts, and copies of robots.txt."""

    rests: dict[str, datetime] = field(default_factory=dict)
    robots: "OrderedDict[str, Copy]" = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True)
class Reach:
    """What the network of one source is reached with. `hide` writes an address as tables hold it."""

    network: Network
    lists: Lists = field(default_factory=Lists)
    hide: Callable[[str], str] = redact
    clock: Clock = field(default_factory=SystemClock)
    resolver: Resolve = resolve
    known: Known = field(default_factory=Known)

    @asynccontextmanager
    async def requests(self, limits: Limits | None = None) -> "AsyncIterator[Requests]":
        """Connections for a while. Parts are read one after the other: a host's rest goes on in the next."""
        async with Fetcher(self.network, self.resolver, now=self.clock.now) as fetcher:
            hosts = Hosts(self.network, self.clock, timedelta(seconds=self.lists.patience_seconds))
            for host, until in self.known.rests.items():
                hosts.back_off(host, until)
            try:
                yield Requests(self, fetcher, hosts, (limits or Limits()).payload_bytes)
            finally:
                self.known.rests = hosts.rests()
                for url in [url for url, copy in self.known.robots.items() if not (copy.rules or copy.open)]:
                    del self.known.robots[url]  # it may be there for the next part


class Requests:
    """Asks for addresses, and knows whether there is a network."""

    def __init__(self, reach: Reach, fetcher: Fetcher, hosts: Hosts, payload_bytes: int) -> None:
        lists, clock = reach.lists, reach.clock
        self._lists, self._clock, self._hosts = lists, clock, hosts
        robots = RobotsGetter(fetcher, hosts, clock, rest_seconds=lists.rest_seconds)
        self.robots = Robots(_Tries(self, robots), clock, reach.known.robots)
        self._polite = PoliteGetter(fetcher, hosts, clock, lambda: 0.0, lists.rest_seconds)
        self._pages = PageFetcher(self._polite, self.robots, clock, reach.hide, payload_bytes)
        self._hide = reach.hide
        self._answered_at: datetime | None = None  # by any host, whatever its status

    def is_away(self, answer: Fetched | Failed) -> bool:
        """Whether the network is missing: this got no answer, nor did any other for as long as tries last."""
        if not isinstance(answer, Failed) or answer.failure not in SILENT:
            return False
        waits = (self._lists.wait_seconds * LATER**turn for turn in range(self._lists.tries - 1))
        at = self._answered_at
        return at is None or self._clock.now() - at >= timedelta(seconds=sum(waits))

    async def get(self, url: str, spacing: float | None = None) -> Fetched | Failed:
        """An address of an archive or a feed, `spacing` seconds at least after its host's last answer."""

        async def ask() -> Fetched | Failed:
            return await self._polite.get(url, crawl_delay=spacing)

        return await self.tried(ask)

    async def get_allowed(self, url: str) -> Fetched | Failed:
        """An address that robots.txt has a say in, but that is no page: a sitemap."""
        verdict = await self.robots.verdict(url)
        if not verdict.allowed:
            failure = Failure.robots if verdict.is_known else Failure.robots_unknown
            return Failed(url, failure, verdict.why, (), self._clock.now())

        async def ask() -> Fetched | Failed:
            return await self._polite.get(url, None, verdict.crawl_delay, self.robots.verdict)

        return await self.tried(ask)

    async def page(self, url: str) -> PageResult:
        """A page, as live ingestion fetches one that it sees for the first time."""
        now = self._clock.now()
        stored = self._hide(url)
        page = Page(str(uuid5(NAMESPACE_URL, stored)), stored, "entry", now, now)
        results: list[PageResult] = []

        async def ask() -> Fetched | Failed:
            results.append(await self._pages.fetch(page, url))
            return results[-1].answer

        await self.tried(ask)
        return results[-1]

    async def tried(self, ask: Callable[[], Awaitable[Fetched | Failed]]) -> Fetched | Failed:
        """Ask, and again after what passes by itself."""
        for turn in range(self._lists.tries - 1):
            answer = self._noted(await ask())
            if not can_pass(answer):
                return answer
            await self._wait(answer, turn)
        return self._noted(await ask())

    def _noted(self, answer: Fetched | Failed) -> Fetched | Failed:
        if isinstance(answer, Fetched):
            self._answered_at = self._clock.now()
        return answer

    async def _wait(self, answer: Fetched | Failed, turn: int) -> None:
        """Wait before another try, or let the whole host rest, where it is busy."""
        if isinstance(answer, Fetched) and answer.status in BUSY:
            host = host_of(answer.hops[-1].url)
            rest = timedelta(seconds=self._lists.rest_seconds * 2**turn)
            self._hosts.back_off(host, self._clock.now() + rest)  # or longer, where it said so
        else:
            await self._clock.sleep(self._lists.wait_seconds * LATER**turn)


@dataclass(frozen=True, slots=True)
class _Tries:
    """Gets robots.txt as patiently as what it speaks of: one that cannot be had closes a whole site."""

    requests: Requests
    getter: RobotsGetter

    async def get(self, url: str, *, limits: FetchLimits | None = None) -> Fetched | Failed:
        return await self.requests.tried(lambda: self.getter.get(url, limits=limits))


def can_pass(answer: Fetched | Failed) -> bool:
    """Whether asking again can help. A long rest of its host, or robots.txt, is not waited for."""
    if isinstance(answer, Failed):
        return answer.failure in PASSING and answer.failure is not Failure.rate_limited
    return answer.status >= 400 and failure_of(answer.status) in PASSING


def refusal_of(key: str, answer: Fetched | Failed) -> Refusal:
    """An address that gave no page: the reason, and in a few words what it answered."""
    if isinstance(answer, Fetched):
        return refuse(key, Reason.HTTP_ERROR, f"HTTP {answer.status}: {redact(answer.final_url)}")
    reason = REASONS.get(answer.failure, Reason.HTTP_ERROR)
    return refuse(key, reason, f"{answer.failure}: {answer.detail}")


def end(key: str, answer: Fetched | Failed) -> Refusal:
    """The end of a part that could not be read on: the next run goes on there."""
    return refuse(key, Reason.UNREADABLE, refusal_of(key, answer).dropped.detail)
