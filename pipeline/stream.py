"""The continuous mode: one process that polls feeds, fetches pages and loads what they bring, all day long.

    feeds ── due? ── poll ──┐
                            ├──> results ── a few seconds' worth ──> microbatch.py ──> tables
    pages ── due? ── fetch ─┘                                             │
      └──────────── new entries, retries, checks of young articles <──────┘

asyncio waits for the network, workers do the CPU work, one thread loads. What is not loaded yet is bounded
in bytes: beyond that nothing more is asked for. All state that counts is in the tables: killed anywhere and
begun again, a watch asks at most for what had not been loaded.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pipeline.acquire.clock import Clock, SystemClock
from pipeline.acquire.frontier import Frontier, PollSchedule
from pipeline.acquire.hosts import Hosts, host_of
from pipeline.acquire.paging import PageFetcher
from pipeline.acquire.polite import PoliteGetter, RobotsGetter
from pipeline.acquire.polling import Poller
from pipeline.acquire.records import Failed, Failure, FeedState, Fetched, ParsedFeed
from pipeline.acquire.redact import redact
from pipeline.acquire.results import Getter, PageResult, Polled, Result, capture_of
from pipeline.acquire.robots import Robots
from pipeline.batch import Run
from pipeline.books import Books, TableBooks
from pipeline.errors import WorkersError
from pipeline.gauges import CountingGetter, Gauges
from pipeline.microbatch import Arrived, Taken, Waiting
from pipeline.records import Dropped, Item
from pipeline.work import Task, examine, examine_feed

log = logging.getLogger("newsflow.stream")

Value = TypeVar("Value")
TASKS_A_REQUEST = 4  # tasks begun for each request that may be under way: most wait for their host
PATIENCE = timedelta(seconds=60)  # tasks wait for a host's turn no longer
GRACE_SECONDS = 10.0  # for requests under way, when asked to stop


class Stream:
    """One watch. `work` runs until `stop`, or with `once` until nothing is due; `gauges` tell how it goes."""

    def __init__(
        self,
        run: Run,
        fetcher: Getter,
        clock: Clock | None = None,
        chance: random.Random | None = None,
        books: Books | None = None,
    ) -> None:
        self._run = run
        self._clock = clock or SystemClock()
        chance = chance or random.Random()
        self.gauges = Gauges(self._clock.now())
        self._books = books or TableBooks(run, self._clock, chance)
        self._secrets = self._books.secrets
        self._getter = CountingGetter(fetcher, self.gauges)
        self._hosts = Hosts(run.settings.network, self._clock)
        self._poller, self._pages = self._network(chance)
        self._thread = ThreadPoolExecutor(1, "newsflow-load")
        self._schedule, self._frontier = PollSchedule(), Frontier()
        self._waiting = Waiting(run.settings.live, self._clock.now())
        self._tasks: dict[str, asyncio.Task[None]] = {}  # a poll by its feed's id, fetching by its host
        self._loading: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._measure_at = 0.0
        self._computing = 0
        self._stopping = False
        self._error: BaseException | None = None  # what ends the watch: no worker can run

    def _network(self, chance: random.Random) -> tuple[Poller, PageFetcher]:
        hosts = self._hosts
        robots = Robots(RobotsGetter(self._getter, hosts, self._clock, self._arrive), self._clock)
        polite = PoliteGetter(self._getter, hosts, self._clock, chance.random)
        poller = Poller(polite, self._clock, self._parse)
        hide, limit = self._secrets.hide, self._run.settings.limits.payload_bytes
        return poller, PageFetcher(polite, robots, self._clock, hide, limit)

    @property
    def busy(self) -> bool:
        """Whether a request, a worker's task or a load is under way: then time has to pass by itself."""
        return bool(self.gauges.requests_under_way or self._computing)

    def stop(self) -> None:
        """End soon: nothing new is begun, and what is under way is captured and loaded."""
        self._stopping = True
        self._changed.set()

    async def work(self, *, once: bool = False) -> None:
        """Poll, fetch and load. Raises WarehouseError and OSError where the tables cannot be written."""
        try:
            await self._begin_where_it_ended()
            while not self._stopping:
                if self._error is not None:
                    raise self._error
                await self._keep_up()
                self._begin_due(at_once=once and not self._tasks)
                if once and self._is_idle():
                    break
                await self._wait()
            await self._finish()
        finally:
            await self._let_go()

    async def _begin_where_it_ended(self) -> None:
        """Take over what an earlier run left, and leave alone the hosts that it was to leave alone."""
        for url, until in await self._in_thread(self._books.begin, self._clock.now()):
            self._hosts.back_off(host_of(url), until)

    # What is due is begun.

    def _begin_due(self, *, at_once: bool) -> None:
        """Begin polls, fetches and a load; `at_once`: results wait for no others, because none will come."""
        now = self._clock.now()
        self._frontier.release(now)
        if not self._waiting.is_full():
            self._begin_polls(now)
            for host in self._frontier.hosts():
                if host not in self._tasks and not self._rests(host, now):
                    self._begin(host, self._fetch_from(host))
        ready_at = self._waiting.ready_at()
        if ready_at is not None and (at_once or ready_at <= now) and self._loading is None:
            self._loading = asyncio.create_task(self._load())
            self._loading.add_done_callback(lambda _: self._changed.set())

    def _rests(self, host: str, now: datetime) -> bool:
        """Whether a host is to be left alone for so long that nobody should wait for its turn."""
        return self._hosts.ready_at(host) > now + PATIENCE

    def _begin_polls(self, now: datetime) -> None:
        while len(self._tasks) < self._run.settings.network.requests * TASKS_A_REQUEST:
            feed = self._schedule.take(now)
            if feed is None:
                return
            host = host_of(feed.feed_url)
            if self._rests(host, now):
                self._schedule.delay(feed, self._hosts.ready_at(host))
                continue
            self._begin(feed.feed_id, self._poll(feed))

    def _begin(self, key: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._ended(key, task))

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        del self._tasks[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._error = error
        self._changed.set()

    async def _poll(self, feed: FeedState) -> None:
        url = self._secrets.reveal(feed.feed_url)
        result = await attempt(self._poller.poll(feed, url))
        if isinstance(result, BaseException):
            failed = self._failed(url, result)
            result = Polled(feed, failed, failed.failure, None, (), (), failed.fetched_at)
        self.gauges.polls[str(result.outcome)] += 1
        if isinstance(result.outcome, Failure):
            told = {"feed": redact(url), "failure": str(result.outcome)}
            log.warning("feed_failed", extra={"fields": told})
        self._arrive(result)

    async def _fetch_from(self, host: str) -> None:
        """Fetch the due pages of a host, one behind the other, as long as there is room for results."""
        while not (self._waiting.is_full() or self._stopping or self._rests(host, self._clock.now())):
            page = self._frontier.take(host)
            if page is None:
                return
            url = self._secrets.reveal(page.url)
            result = await attempt(self._pages.fetch(page, url))
            if isinstance(result, BaseException):
                failed = self._failed(url, result)
                result = PageResult(page, failed, failed.failure, None, (), None)
            self.gauges.fetches[str(result.outcome)] += 1
            self._arrive(result)

    def _failed(self, url: str, error: BaseException) -> Failed:
        """An error of ours costs its feed or page only, and is told."""
        log.error("error", exc_info=error, extra={"fields": {"url": redact(url)}})
        text = f"{type(error).__name__}: {error}"
        return Failed(url, Failure.malformed, text, (), self._clock.now())

    async def _parse(self, answer: Fetched) -> ParsedFeed | Dropped:
        """A feed's body through a worker."""
        task: Task[ParsedFeed | Dropped] = self._run.workers.submit(
            examine_feed, capture_of(answer), answer.payload, self._run.settings.limits.feed_seconds, "feed"
        )
        self._computing += 1
        try:
            return await task.wait()
        finally:
            self._computing -= 1

    def _arrive(self, result: Result) -> None:
        """Take a result; its item goes on to the workers at once, where the books want it examined."""
        found = result.found if isinstance(result, PageResult) else None
        task = None
        if self._books.examines and isinstance(found, Item):
            task = self._run.workers.submit(examine, found.capture, found.payload)
        self._waiting.add(Arrived(result, task), self._clock.now())
        self._changed.set()

    # What has come is loaded.

    async def _load(self) -> None:
        arrived = self._waiting.take(self._clock.now())
        began = time.monotonic()
        noted = await self._in_thread(self._books.note, arrived)
        self._books.take(noted.pages, self._frontier)
        taken = await self._in_thread(self._books.load, arrived, noted)
        self._waiting.loaded()
        for feed in taken.feeds:
            self._schedule.put_back(feed)
        for one in arrived:
            if isinstance(one.result, PageResult):
                self._frontier.done(one.result.page)
        self._books.take(taken.pages, self._frontier)
        self._count(taken, len(arrived), time.monotonic() - began)

    def _count(self, taken: Taken, results: int, seconds: float) -> None:
        gauges = self.gauges
        gauges.entries += taken.new_entries
        gauges.ended += taken.loaded.ended
        gauges.reasons += taken.loaded.reasons
        gauges.batches += 1
        gauges.batch_seconds.append(seconds)
        gauges.loading_seconds += seconds
        gauges.last_batch_at = self._clock.now()
        ended = {str(key): count for key, count in taken.loaded.ended.items()}
        told = {"results": results, "entries": taken.new_entries, "seconds": round(seconds, 3)} | ended
        log.info("batch", extra={"fields": told})

    # Between the batches.

    async def _keep_up(self) -> None:
        """Let an ended load tell its error; look for changed feeds, due pages, and small files to merge."""
        if self._loading is not None:
            if not self._loading.done():
                self._measure()
                return
            loading, self._loading = self._loading, None
            loading.result()
        await self._books.look(self._in_thread, self._clock.now(), self._schedule, self._frontier)
        self._measure()

    def _measure(self) -> None:
        """Say how things stand, once a second: it goes through all feeds."""
        if time.monotonic() < self._measure_at:
            return
        self._measure_at = time.monotonic() + 1.0
        now, gauges = self._clock.now(), self.gauges
        gauges.feeds, gauges.feeds_due = self._schedule.counts(now)
        next_due = gauges.next_poll_at = self._schedule.next_due()
        gauges.lag_seconds = max(0.0, (now - next_due).total_seconds()) if next_due else 0.0
        gauges.pages_due, gauges.pages_later = self._frontier.counts()
        gauges.results_waiting = len(self._waiting)

    def _is_idle(self) -> bool:
        """Whether nothing is due, under way or waiting."""
        now = self._clock.now()
        next_due = self._schedule.next_due()
        is_due = next_due is not None and next_due <= now
        hosts = [host for host in self._frontier.hosts() if not self._rests(host, now)]
        return not (self._tasks or self._waiting or self._loading or is_due or hosts)

    async def _wait(self) -> None:
        """Until something has changed or becomes due."""
        now = self._clock.now()
        moments = [self._books.next_at, self._frontier.next_due(), self._schedule.next_due()]
        moments += [self._waiting.ready_at() if self._loading is None else None]
        moments += [self._hosts.ready_at(one) for one in self._frontier.hosts() if one not in self._tasks]
        # What is due already and was not begun waits for a task to end.
        until = min((at for at in moments if at is not None and at > now), default=now + PATIENCE)
        timer = asyncio.ensure_future(self._clock.sleep((until - now).total_seconds()))
        changed = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait({timer, changed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            changed.cancel()
        self._changed.clear()

    async def _in_thread(self, function: Callable[..., Value], *given: Any) -> Value:
        """Run what uses the connection, one call behind the other."""
        self._computing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, function, *given)
        finally:
            self._computing -= 1
            self._changed.set()

    async def _finish(self) -> None:
        """Requests under way end, within bounds; what waits for its turn is not begun; results are loaded."""
        self._getter.is_closed = True
        deadline = time.monotonic() + GRACE_SECONDS
        while self.busy and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await self._cancel_tasks()
        if self._loading is not None:
            await self._loading
        while self._waiting:
            await self._load()

    async def _let_go(self) -> None:
        """After an error or a second Ctrl-C what is not loaded stays so: it is asked for again."""
        self._getter.is_closed = True
        await self._cancel_tasks()
        self._thread.shutdown()
        self._measure_at = 0.0
        self._measure()

    async def _cancel_tasks(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def attempt(work: Awaitable[Value]) -> Value | BaseException:
    """The outcome of some work, its error included: that one feed fails ends nothing else.

    Raises WorkersError, because that is no fault of the feed's.
    """
    (found,) = await asyncio.gather(work, return_exceptions=True)
    if isinstance(found, asyncio.CancelledError | WorkersError):
        raise found
    return found
