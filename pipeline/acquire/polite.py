"""Getting an address in its host's turn, redirects to other hosts included.

    url ── turn of its host ── GET ──> answer ── onward to another host? ── may we? ── its turn ── GET ──> ...

A turn is let go before the next host's is waited for: two hosts that lead to each other would block one
another.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from pipeline.acquire.clock import Clock
from pipeline.acquire.hosts import Hosts, LongRestError, host_of
from pipeline.acquire.records import Failed, Failure, Fetched, Validators
from pipeline.acquire.results import Getter, RobotsAsked
from pipeline.acquire.robots import Verdict
from pipeline.acquire.schedule import HOST_REST, host_rest
from pipeline.settings import FetchLimits

HOSTS = 5  # that one request may be led through
May = Callable[[str], Awaitable[Verdict]]


class PoliteGetter:
    """Gets addresses politely. `chance` gives numbers in 0..1; `rest_seconds`: of a busy host, at least."""

    def __init__(
        self,
        getter: Getter,
        hosts: Hosts,
        clock: Clock,
        chance: Callable[[], float],
        rest_seconds: float = HOST_REST,
    ) -> None:
        self._getter = getter
        self._hosts = hosts
        self._clock = clock
        self._chance = chance
        self._rest_seconds = rest_seconds

    async def get(
        self,
        url: str,
        validators: Validators | None = None,
        crawl_delay: float | None = None,
        may: May | None = None,
    ) -> Fetched | Failed:
        """Get an address; `may` is asked before another host is, and can end it there."""
        answer = await self._turn(url, validators, crawl_delay)
        for _ in range(HOSTS - 1):
            if isinstance(answer, Failed) or answer.onward is None:
                return answer
            verdict = await may(answer.onward.url) if may else None
            if verdict is not None and not verdict.allowed:
                failure = Failure.robots if verdict.is_known else Failure.robots_unknown
                return Failed(url, failure, verdict.why, answer.hops, self._clock.now())
            delay = verdict.crawl_delay if verdict else None
            answer = _joined(answer, await self._turn(answer.onward.url, None, delay))
        if isinstance(answer, Fetched) and answer.onward is not None:
            detail = f"redirects through more than {HOSTS} hosts"
            return Failed(url, Failure.redirects, detail, answer.hops, self._clock.now())
        return answer

    async def _turn(
        self, url: str, validators: Validators | None, crawl_delay: float | None
    ) -> Fetched | Failed:
        try:
            async with self._hosts.turn(url, crawl_delay):
                answer = await self._getter.get(url, validators=validators, stays=True)
        except LongRestError as error:
            return Failed(url, Failure.rate_limited, str(error), (), self._clock.now())
        rest(self._hosts, url, answer, self._clock.now(), self._chance(), self._rest_seconds)
        return answer


def _joined(first: Fetched, second: Fetched | Failed) -> Fetched | Failed:
    """Both parts of a way as one answer to the first address."""
    hops = (*first.hops, *second.hops)
    if isinstance(second, Failed):
        return replace(second, url=first.url, hops=hops)
    was_permanent = first.onward is not None and first.onward.is_permanent
    is_permanent = was_permanent and (len(second.hops) == 1 or second.permanent_url is not None)
    onward = second.onward and replace(
        second.onward, is_permanent=was_permanent and second.onward.is_permanent
    )
    return replace(
        second,
        url=first.url,
        hops=hops,
        permanent_url=second.final_url if is_permanent else None,
        seconds=first.seconds + second.seconds,
        onward=onward,
    )


def rest(
    hosts: Hosts,
    url: str,
    answer: Fetched | Failed,
    now: datetime,
    jitter: float,
    shortest: float = HOST_REST,
) -> None:
    """Leave a host alone that says 429 or 503."""
    until = host_rest(answer, now, jitter, shortest)
    if until is not None:
        hosts.back_off(host_of(url), until)


class RobotsGetter:
    """Gets robots.txt in its host's turn, and hands every answer over to whoever keeps them."""

    def __init__(
        self,
        getter: Getter,
        hosts: Hosts,
        clock: Clock,
        keep: Callable[[RobotsAsked], None] = lambda _: None,
        rest_seconds: float = HOST_REST,
    ) -> None:
        self._getter = getter
        self._hosts = hosts
        self._clock = clock
        self._keep = keep
        self._rest_seconds = rest_seconds

    async def get(self, url: str, *, limits: FetchLimits | None = None) -> Fetched | Failed:
        """Get an address."""
        try:
            async with self._hosts.turn(url):
                answer = await self._getter.get(url, limits=limits)
        except LongRestError as error:
            return Failed(url, Failure.rate_limited, str(error), (), self._clock.now())
        rest(self._hosts, url, answer, self._clock.now(), 0.0, self._rest_seconds)
        self._keep(RobotsAsked(answer))
        return answer
