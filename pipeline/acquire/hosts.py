"""Turns: how often, and how much at once, a host and the whole network are asked.

A turn waits for the host's slot, then for the host's delay and back-off, and only then takes one of the
network's slots, so that a slow or silent host holds nobody else up.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.acquire.clock import Clock
from pipeline.settings import Network

KEPT_HOSTS = 10_000  # hosts remembered; idle ones beyond that are forgotten


class LongRestError(Exception):
    """A host that wants to be left alone for longer than anybody waits."""


@dataclass(slots=True)
class Host:
    """`free_at`: the earliest start of the next request; `quiet_until`: the end of a back-off."""

    slots: asyncio.Semaphore
    free_at: datetime
    quiet_until: datetime
    turns: int = 0  # waiting or running

    def ready_at(self) -> datetime:
        """When a request may start."""
        return max(self.free_at, self.quiet_until)


class Hosts:
    """Politeness of one process: `async with hosts.turn(url): ...`.

    With `patience`, a turn at a host whose rest has longer to go raises LongRestError.
    """

    def __init__(self, network: Network, clock: Clock, patience: timedelta | None = None) -> None:
        self._network = network
        self._clock = clock
        self._patience = patience
        self._slots = asyncio.Semaphore(network.requests)
        self._hosts: dict[str, Host] = {}

    @asynccontextmanager
    async def turn(self, url: str, crawl_delay: float | None = None) -> AsyncIterator[None]:
        """Wait until a request to the address is polite. `crawl_delay` of robots.txt lengthens the delay."""
        delay = timedelta(seconds=max(self._network.host_seconds, crawl_delay or 0.0))
        host = self._host(host_of(url))
        host.turns += 1
        try:
            async with host.slots:
                await self._wait(host, delay)
                async with self._slots:
                    try:
                        yield
                    finally:
                        host.free_at = max(host.free_at, self._clock.now() + delay)
        finally:
            host.turns -= 1

    def back_off(self, host: str, until: datetime) -> None:
        """Ask nothing of a host until then (429, 503, Retry-After); an earlier time changes nothing."""
        state = self._host(host.lower())
        state.quiet_until = max(state.quiet_until, until)

    def rests(self) -> dict[str, datetime]:
        """The hosts that nothing may be asked of now, each with the end of its rest."""
        now = self._clock.now()
        return {name: at for name, host in self._hosts.items() if (at := host.ready_at()) > now}

    def ready_at(self, host: str) -> datetime:
        """When a request to the host may start, turns under way left aside."""
        return max(self._clock.now(), self._host(host).ready_at())

    async def _wait(self, host: Host, delay: timedelta) -> None:
        """Wait, again where a back-off came meanwhile; then reserve: a second slot starts a delay later."""
        while (wait := (host.ready_at() - self._clock.now()).total_seconds()) > 0:
            if self._patience is not None and host.quiet_until - self._clock.now() > self._patience:
                until = host.quiet_until.isoformat(timespec="seconds")
                raise LongRestError(f"its host asked to be left alone until {until}")
            await self._clock.sleep(wait)
        host.free_at = self._clock.now() + delay

    def _host(self, name: str) -> Host:
        host = self._hosts.get(name)
        if host is None:
            self._forget()
            now = self._clock.now()
            host = Host(asyncio.Semaphore(self._network.host_requests), now, now)
            self._hosts[name] = host
        return host

    def _forget(self) -> None:
        if len(self._hosts) < KEPT_HOSTS:
            return
        now = self._clock.now()
        idle = [name for name, host in self._hosts.items() if host.turns == 0 and host.ready_at() <= now]
        for name in idle:
            del self._hosts[name]


def host_of(url: str) -> str:
    """The host of an address, lower-case; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
