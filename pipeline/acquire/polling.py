"""One poll of one feed: its turn, the conditional request, and what the answer means.

    FeedState ── turn ── GET, with both validators ──> answer ── changed? ── parse ──> Polled

robots.txt is not asked: it speaks of crawling, and a feed is published to be polled. The sitemaps of an index
are asked for with it, the newest ones: an index tells of them, and has no entries of its own.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from pipeline.acquire.clock import Clock
from pipeline.acquire.hosts import Hosts, host_of
from pipeline.acquire.records import Failed, Failure, FeedEntry, FeedState, Fetched, ParsedFeed, Validators
from pipeline.acquire.results import Getter, Outcome, Polled, RobotsAsked
from pipeline.acquire.schedule import answer_of, host_rest
from pipeline.records import Dropped
from pipeline.settings import FetchLimits

Parse = Callable[[Fetched], Awaitable[ParsedFeed | Dropped]]
CHILDREN = 5  # sitemaps of an index asked for at one poll


class Poller:
    """Polls feeds politely. `parse` reads a body in a worker; `chance` gives numbers in 0..1."""

    def __init__(
        self, getter: Getter, hosts: Hosts, clock: Clock, parse: Parse, chance: Callable[[], float]
    ) -> None:
        self._getter = getter
        self._hosts = hosts
        self._clock = clock
        self._parse = parse
        self._chance = chance

    async def poll(self, feed: FeedState, url: str) -> Polled:
        """Ask once. `url` is the feed's address with its secrets."""
        is_index = feed.kind == "sitemap_index"
        answer = await self._get(url, None if is_index else Validators(feed.etag, feed.last_modified))
        outcome: Outcome = answer.failure if isinstance(answer, Failed) else answer_of(feed, answer)
        if isinstance(answer, Failed) or not (outcome == "changed" or (is_index and outcome == "same")):
            return Polled(feed, answer, outcome, None, (), (), self._clock.now())
        parsed = await self._parse(answer)
        if isinstance(parsed, Dropped):
            failed = Failed(url, Failure.malformed, parsed.detail, answer.hops, self._clock.now())
            return Polled(feed, failed, Failure.malformed, None, (), (), self._clock.now())
        children, entries = await self._children(parsed) if parsed.kind == "sitemap_index" else ([], [])
        return Polled(
            feed, answer, outcome, parsed, tuple(children), (*parsed.entries, *entries), self._clock.now()
        )

    async def _children(self, index: ParsedFeed) -> tuple[list[Fetched | Failed], list[FeedEntry]]:
        answers: list[Fetched | Failed] = []
        entries: list[FeedEntry] = []
        for url in index.next_urls[:CHILDREN]:
            answer = await self._get(url, None)
            answers.append(answer)
            if isinstance(answer, Fetched) and answer.status == 200:
                parsed = await self._parse(answer)
                entries += () if isinstance(parsed, Dropped) else parsed.entries
        return answers, entries

    async def _get(self, url: str, validators: Validators | None) -> Fetched | Failed:
        async with self._hosts.turn(url):
            answer = await self._getter.get(url, validators=validators)
        rest(self._hosts, url, answer, self._clock.now(), self._chance())
        return answer


def rest(hosts: Hosts, url: str, answer: Fetched | Failed, now: datetime, jitter: float) -> datetime | None:
    """Leave a host alone that says 429 or 503; returns until when."""
    until = host_rest(answer, now, jitter)
    if until is not None:
        hosts.back_off(host_of(answer.final_url if isinstance(answer, Fetched) else url), until)
        hosts.back_off(host_of(url), until)
    return until


class RobotsGetter:
    """Gets robots.txt in its host's turn, and hands every answer over to be kept."""

    def __init__(
        self, getter: Getter, hosts: Hosts, clock: Clock, keep: Callable[[RobotsAsked], None]
    ) -> None:
        self._getter = getter
        self._hosts = hosts
        self._clock = clock
        self._keep = keep

    async def get(
        self, url: str, *, validators: Validators | None = None, limits: FetchLimits | None = None
    ) -> Fetched | Failed:
        """Get an address."""
        async with self._hosts.turn(url):
            answer = await self._getter.get(url, validators=validators, limits=limits)
        rest(self._hosts, url, answer, self._clock.now(), 0.0)
        self._keep(RobotsAsked(answer))
        return answer
