"""Redirects to other hosts: each waits for its own host's turn, and robots.txt is asked for each."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from pipeline.acquire.clock import SystemClock
from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.hosts import Hosts
from pipeline.acquire.polite import HOSTS, PoliteGetter
from pipeline.acquire.records import Failed, Failure, Fetched
from pipeline.acquire.robots import Verdict
from pipeline.settings import Network
from tests.acquire.server import QUICK, Server, ok, redirect, serving

NAMES = [f"host{number}.example" for number in range(HOSTS + 1)]


async def resolve(_host: str, _port: int) -> list[str]:
    """All names are this machine."""
    return ["127.0.0.1"]


class Way:
    """A server under several names, and a getter that asks it politely."""

    def __init__(self, server: Server, getter: PoliteGetter, hosts: Hosts) -> None:
        self.server, self.getter, self.hosts = server, getter, hosts

    def url(self, name: str, path: str) -> str:
        return f"http://{name}:{self.server.port}{path}"


async def way(stack: AsyncExitStack, delay: float = 0.0) -> Way:
    server = await stack.enter_async_context(serving())
    network = Network(allow=("127.0.0.0/8",), host_seconds=delay, limits=QUICK)
    fetcher = await stack.enter_async_context(Fetcher(network, resolver=resolve))
    hosts = Hosts(network, SystemClock())
    return Way(server, PoliteGetter(fetcher, hosts, SystemClock(), lambda: 0.0), hosts)


@pytest.mark.parametrize(
    ("codes", "is_permanent"), [((301, 308), True), ((301, 302), False), ((307, 301), False)]
)
def test_a_way_over_hosts_is_one_answer(codes: tuple[int, int], is_permanent: bool) -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            made = await way(stack)
            made.server.pages["/a"] = redirect(made.url("host1.example", "/b"), codes[0])
            made.server.pages["/b"] = redirect(made.url("host2.example", "/c"), codes[1])
            made.server.pages["/c"] = ok(b"<html>here</html>")
            answer = await made.getter.get(made.url("host0.example", "/a"))
            assert isinstance(answer, Fetched)
            assert (answer.status, answer.payload) == (200, b"<html>here</html>")
            assert [hop.status for hop in answer.hops] == [*codes, 200]
            assert answer.url == made.url("host0.example", "/a")
            assert answer.final_url == made.url("host2.example", "/c")
            assert answer.permanent_url == (answer.final_url if is_permanent else None)
            assert answer.onward is None

    asyncio.run(scene())


def test_each_host_is_asked_in_its_turn() -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            made = await way(stack, delay=0.4)
            made.server.pages["/a"] = redirect(made.url("host1.example", "/b"))
            made.server.pages["/b"] = ok(b"<html>here</html>")
            began = asyncio.get_running_loop().time()
            async with made.hosts.turn("http://host1.example/"):
                pass
            await made.getter.get(made.url("host0.example", "/a"))
            assert asyncio.get_running_loop().time() - began >= 0.4

    asyncio.run(scene())


def test_two_hosts_that_lead_to_each_other_do_not_block() -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            made = await way(stack, delay=0.05)
            made.server.pages["/a"] = redirect(made.url("host1.example", "/end"))
            made.server.pages["/b"] = redirect(made.url("host0.example", "/end"))
            made.server.pages["/end"] = ok(b"<html>here</html>")
            ways = (made.url("host0.example", "/a"), made.url("host1.example", "/b"))
            both = await asyncio.gather(*(made.getter.get(url) for url in ways))
            assert [one.status for one in both if isinstance(one, Fetched)] == [200, 200]

    asyncio.run(scene())


def test_a_host_that_forbids_it_is_not_asked() -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            made = await way(stack)
            made.server.pages["/a"] = redirect(made.url("host1.example", "/b"))

            async def may(url: str) -> Verdict:
                return Verdict("host1" not in url, None, "disallowed by robots.txt")

            answer = await made.getter.get(made.url("host0.example", "/a"), may=may)
            assert isinstance(answer, Failed)
            assert (answer.failure, len(answer.hops)) == (Failure.robots, 1)
            assert len(made.server.asked) == 1

    asyncio.run(scene())


def test_a_busy_host_behind_a_redirect_is_left_alone() -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            made = await way(stack)
            made.server.pages["/a"] = redirect(made.url("host1.example", "/b"))
            made.server.pages["/b"] = ok(b"", b"Retry-After: 900", status=b"503 Busy")
            before = SystemClock().now()
            await made.getter.get(made.url("host0.example", "/a"))
            assert (made.hosts.ready_at("host1.example") - before).total_seconds() > 890
            assert (made.hosts.ready_at("host0.example") - before).total_seconds() < 10

    asyncio.run(scene())


def test_a_way_without_an_end_is_given_up() -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            made = await way(stack)
            for number in range(HOSTS):
                made.server.pages[f"/{number}"] = redirect(made.url(NAMES[number + 1], f"/{number + 1}"))
            answer = await made.getter.get(made.url(NAMES[0], "/0"))
            assert isinstance(answer, Failed)
            assert (answer.failure, len(answer.hops)) == (Failure.redirects, HOSTS)

    asyncio.run(scene())
