"""Politeness with a clock by hand: delays, concurrency, back-off."""

import asyncio
from datetime import datetime, timedelta

from pipeline.acquire.hosts import Hosts
from pipeline.settings import Network
from tests.acquire.server import VirtualClock


def starts_of(
    network: Network, urls: list[str], lasting: float = 0.5, crawl_delay: float | None = None
) -> tuple[list[tuple[str, float]], int]:
    """When each request started, in seconds, and how many ran at once at most."""

    async def run() -> tuple[list[tuple[str, float]], int]:
        clock = VirtualClock()
        hosts, began = Hosts(network, clock), clock.now()
        starts: list[tuple[str, float]] = []
        running, most = 0, 0

        async def request(url: str) -> None:
            nonlocal running, most
            async with hosts.turn(url, crawl_delay):
                running += 1
                most = max(most, running)
                starts.append((url, (clock.now() - began).total_seconds()))
                await clock.sleep(lasting)
                running -= 1

        await clock.run(*(request(url) for url in urls))
        return starts, most

    return asyncio.run(run())


def test_one_host_is_asked_one_at_a_time_with_the_delay_after_each() -> None:
    starts, most = starts_of(Network(host_seconds=2.0), ["http://a.example/"] * 4)
    assert [at for _, at in starts] == [0.0, 2.5, 5.0, 7.5]
    assert most == 1


def test_crawl_delay_lengthens_and_never_shortens() -> None:
    urls = ["http://a.example/", "http://A.example:8080/x"]
    assert [at for _, at in starts_of(Network(), urls, crawl_delay=10)[0]] == [0.0, 10.5]
    assert [at for _, at in starts_of(Network(host_seconds=3), urls, crawl_delay=0.1)[0]] == [0.0, 3.5]


def test_hosts_do_not_wait_for_each_other() -> None:
    starts, most = starts_of(Network(), [f"http://{name}.example/" for name in "abcdefgh"])
    assert {at for _, at in starts} == {0.0}
    assert most == 8


def test_the_network_has_so_many_requests_at_once() -> None:
    starts, most = starts_of(Network(requests=3), [f"http://h{at}.example/" for at in range(9)], lasting=1.0)
    assert most == 3
    assert sorted(at for _, at in starts) == [0.0] * 3 + [1.0] * 3 + [2.0] * 3


def test_a_waiting_host_holds_no_slot_of_the_network() -> None:
    urls = ["http://slow.example/"] * 5 + ["http://b.example/"]
    starts, _ = starts_of(Network(requests=1, host_seconds=60), urls)
    assert dict(starts[:2])["http://b.example/"] < 1


def test_two_slots_of_a_host_start_a_delay_apart() -> None:
    starts, most = starts_of(Network(host_requests=2), ["http://a.example/"] * 3, lasting=5.0)
    assert [at for _, at in starts][:2] == [0.0, 1.0]
    assert most == 2


def test_a_back_off_reaches_those_who_wait_already() -> None:
    async def run() -> list[float]:
        clock = VirtualClock()
        hosts, began = Hosts(Network(), clock), clock.now()
        starts: list[float] = []

        async def request() -> None:
            async with hosts.turn("http://a.example/"):
                starts.append((clock.now() - began).total_seconds())
                if len(starts) == 1:
                    hosts.back_off("A.example", began + timedelta(seconds=120))
                    hosts.back_off("a.example", began + timedelta(seconds=30))

        await clock.run(request(), request())
        return starts

    assert asyncio.run(run()) == [0.0, 120.0]


def test_an_error_or_a_cancelled_wait_frees_the_turn() -> None:
    async def run() -> datetime:
        clock = VirtualClock()
        hosts = Hosts(Network(), clock)

        async def fail() -> None:
            async with hosts.turn("http://a.example/"):
                raise OSError

        await clock.run(asyncio.gather(fail(), return_exceptions=True))
        waiting = asyncio.ensure_future(_turn(hosts))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await clock.run(_turn(hosts))
        return clock.now()

    began = VirtualClock().now()
    assert asyncio.run(run()) == began + timedelta(seconds=1)


async def _turn(hosts: Hosts) -> None:
    async with hosts.turn("http://a.example/"):
        pass
