"""robots.txt: may a page be fetched, how slowly, and which publishers say no to training.

Source: RFC 9309. An answer of 4xx allows everything, 5xx and silence forbid everything for now. 429
is taken as 5xx, as it asks for fewer requests, not for more. A copy holds for 24 hours, an earlier copy
stands in while the server is silent, and 500 KiB are read.
"""

import asyncio
import math
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from protego import Protego

from pipeline.acquire.addresses import AddressError, target_of
from pipeline.acquire.clock import Clock
from pipeline.acquire.guard import ForbiddenAddressError
from pipeline.acquire.records import Failed, Failure, Fetched
from pipeline.settings import FetchLimits

PRODUCT = "newsflow"  # our product token (RFC 9309 section 2.2.1)
READ_BYTES = 500 * 1024
LIMITS = FetchLimits(wire_bytes=2 * 1024 * 1024, decoded_bytes=2 * 1024 * 1024, redirects=5, seconds=30.0)
FRESH = timedelta(hours=24)
FIRST_RETRY, LAST_RETRY = timedelta(minutes=10), timedelta(hours=24)
MAX_CRAWL_DELAY = 3600.0
KEPT = 10_000  # copies in memory
# Product tokens that crawlers for training announce; a rule that stops one of them is an opt-out.
TRAINING_AGENTS = (
    *("GPTBot", "CCBot", "Google-Extended", "anthropic-ai", "ClaudeBot", "Applebot-Extended"),
    *("Bytespider", "Meta-ExternalAgent", "PerplexityBot", "cohere-ai"),
)
NO_TRAINING = re.compile(rb"(?:^|[\s,:])(noai|noimageai|notrain)(?:$|[\s,])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`crawl_delay` in seconds; `why`: the rule in a few words; `training_opt_outs`: agents kept out.

    `is_known`: whether there are rules, or certainly none; while there is neither, nothing is allowed.
    """

    allowed: bool
    crawl_delay: float | None
    why: str
    training_opt_outs: tuple[str, ...] = ()
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of one robots.txt. `rules` is None where none could be had: then `open` decides."""

    rules: Protego | None
    open: bool
    why: str
    until: datetime
    failures: int = 0


class Getter(Protocol):
    """What fetches: a Fetcher."""

    async def get(self, url: str, *, limits: FetchLimits | None = None) -> Fetched | Failed:
        """Get an address."""


class Robots:
    """The copies of one process: `await robots.verdict(url)`. `copies` are had already, and added to."""

    def __init__(self, fetcher: Getter, clock: Clock, copies: "OrderedDict[str, Copy] | None" = None) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._copies: OrderedDict[str, Copy] = OrderedDict() if copies is None else copies
        self._under_way: dict[str, asyncio.Lock] = {}

    async def verdict(self, url: str) -> Verdict:
        """Whether the address may be fetched now. What is no address may not."""
        try:
            target = target_of(url)
        except (AddressError, ForbiddenAddressError) as error:
            return Verdict(False, None, str(error))
        return judge(await self._copy(f"{target.scheme}://{target.authority}/robots.txt"), target.url)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the address's host names."""
        target = target_of(url)
        copy = await self._copy(f"{target.scheme}://{target.authority}/robots.txt")
        return tuple(copy.rules.sitemaps) if copy.rules else ()

    async def _copy(self, robots_url: str) -> Copy:
        """A copy that holds; asked for once however many wait for it."""
        lock = self._under_way.setdefault(robots_url, asyncio.Lock())
        async with lock:
            copy = self._copies.get(robots_url)
            if copy is None or copy.until <= self._clock.now():
                answer = await self._fetcher.get(robots_url, limits=LIMITS)
                copy = renewed(copy, answer, self._clock.now())
                self._copies[robots_url] = copy
            self._copies.move_to_end(robots_url)
        while len(self._copies) > KEPT:
            oldest, _ = self._copies.popitem(last=False)
            self._under_way.pop(oldest, None)
        return copy


def renewed(old: Copy | None, answer: Fetched | Failed, now: datetime) -> Copy:
    """The copy after an answer (RFC 9309 section 2.3.1)."""
    if isinstance(answer, Fetched) and 200 <= answer.status < 300:
        rules = Protego.parse(answer.payload[:READ_BYTES].decode("utf-8", "replace").removeprefix("\ufeff"))
        return Copy(rules, True, "robots.txt", now + FRESH)
    if isinstance(answer, Fetched) and answer.status < 500 and answer.status != 429:
        return Copy(None, True, f"no robots.txt ({answer.status})", now + FRESH)
    if isinstance(answer, Failed) and answer.failure is Failure.redirects:
        return Copy(None, True, "no robots.txt (redirects)", now + FRESH)
    failures = old.failures + 1 if old else 1
    until = now + min(LAST_RETRY, FIRST_RETRY * 2 ** min(failures - 1, 10))
    if old is not None and old.rules is not None:
        return replace(old, until=until, failures=failures)
    what = answer.status if isinstance(answer, Fetched) else answer.failure
    return Copy(None, False, f"robots.txt cannot be had ({what})", until, failures)


def judge(copy: Copy, url: str) -> Verdict:
    """What a copy says about an address."""
    if copy.rules is None:
        return Verdict(copy.open, None, copy.why, is_known=copy.open)
    allowed = copy.rules.can_fetch(url, PRODUCT)
    opt_outs = tuple(agent for agent in TRAINING_AGENTS if not copy.rules.can_fetch(url, agent))
    return Verdict(
        allowed, _crawl_delay(copy.rules), "allowed" if allowed else "disallowed by robots.txt", opt_outs
    )


def _crawl_delay(rules: Protego) -> float | None:
    delay = rules.crawl_delay(PRODUCT)
    if delay is None or math.isnan(delay) or delay <= 0:
        return None
    return min(float(delay), MAX_CRAWL_DELAY)


def opt_outs(verdict: Verdict, headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """The ways in which a publisher says no to training: `robots.txt GPTBot`, `X-Robots-Tag noai`, `TDMRep`.

    `headers` of the page's answer, names lower-case. Source of TDMRep: the W3C community group, 2024.
    """
    said = [f"robots.txt {agent}" for agent in verdict.training_opt_outs]
    for name, value in headers:
        if name == b"x-robots-tag":
            said += [f"X-Robots-Tag {word.decode().lower()}" for word in NO_TRAINING.findall(value)]
        if name == b"tdm-reservation" and value.strip() == b"1":
            said.append("TDMRep")
    return tuple(dict.fromkeys(said))
