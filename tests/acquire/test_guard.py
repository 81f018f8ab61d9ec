"""The guard: every range that is not the public Internet, allow-lists, ports, rebinding."""

import asyncio
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acquire.fetch import Fetcher
from pipeline.acquire.guard import AllowList, ForbiddenAddressError, allow_list, check_address, check_endpoint
from pipeline.acquire.records import Failed, Failure, Fetched
from pipeline.errors import UsageError
from pipeline.settings import Network
from tests.acquire.server import ok, redirect, serving

NOTHING = AllowList()
RANGES = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
    ::/96 ::1/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/32 2001:db8::/32 2002::/16 3fff::/20 5f00::/16
    fc00::/7 fe80::/10 fec0::/10 ff00::/8 ::ffff:127.0.0.0/104 ::ffff:10.0.0.0/104 ::ffff:169.254.169.254/128
    168.63.129.16/32 100.100.100.200/32 fd00:ec2::254/128
""".split()


@pytest.mark.parametrize("text", RANGES)
def test_first_and_last_address_of_a_range_are_refused(text: str) -> None:
    network = ip_network(text)
    for address in (network[0], network[-1]):
        with pytest.raises(ForbiddenAddressError):
            check_address(str(address), NOTHING)


@pytest.mark.parametrize(
    "address",
    "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.167.255.255 "
    "223.255.255.255 2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1".split(),
)
def test_neighbours_on_the_public_internet_pass(address: str) -> None:
    check_address(address, NOTHING)


@pytest.mark.parametrize("text", ["", "localhost", "fe80::1%eth0", "127.1", "1.1.1.1 ", "::ffff:7f00:1"])
def test_odd_spellings_are_refused(text: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check_address(text, NOTHING)


@given(st.ip_addresses())
def test_what_passes_is_global_to_the_standard_library_too(address: object) -> None:
    try:
        check_address(str(address), NOTHING)
    except ForbiddenAddressError:
        return
    found = ip_address(str(address))
    mapped = getattr(found, "ipv4_mapped", None) or found
    assert mapped.is_global
    assert not mapped.is_multicast


def test_allowed_networks_and_endpoints() -> None:
    allow = allow_list(Network(allow=("10.1.0.0/16", "Intranet.example:8000", "[::1]:81", "127.0.0.1:9000")))
    check_endpoint("wiki", 8088, ["10.1.2.3"], allow)
    check_endpoint("intranet.EXAMPLE", 8000, ["192.168.1.1"], allow)
    check_endpoint("::1", 81, ["::1"], allow)
    for host, port, address in (
        ("wiki", 80, "10.2.0.1"),
        ("intranet.example", 8001, "192.168.1.1"),
        ("evil.example", 9000, "127.0.0.1"),
    ):
        with pytest.raises(ForbiddenAddressError):
            check_endpoint(host, port, [address], allow)


@pytest.mark.parametrize(
    "entry", ["", "10.0.0.1/8", "host", "host:", "host:0", "host:70000", ":80", "host:x"]
)
def test_a_wrong_allow_entry_is_a_usage_error(entry: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT"):
        allow_list(Network(allow=(entry,)))


@pytest.mark.parametrize("port", [22, 25, 6379, 9200, 3306])
def test_ports_of_other_services_are_refused(port: int) -> None:
    with pytest.raises(ForbiddenAddressError, match=f"port {port}"):
        check_endpoint("a.example", port, ["1.1.1.1"], NOTHING)


def test_one_forbidden_address_among_good_ones_refuses_the_name() -> None:
    with pytest.raises(ForbiddenAddressError):
        check_endpoint("a.example", 80, ["1.1.1.1", "127.0.0.1"], NOTHING)


def get(url: str, network: Network | None = None, **answers: list[list[str]]) -> Fetched | Failed:
    """Get with a name server that gives each name its answers in turn."""

    async def resolver(host: str, port: int) -> list[str]:
        return answers[host.partition(".")[0]].pop(0)

    async def run() -> Fetched | Failed:
        async with Fetcher(network or Network(), resolver) as fetcher:
            return await fetcher.get(url)

    return asyncio.run(run())


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_public_name_with_a_private_address(address: str) -> None:
    answer = get("http://evil.example/", evil=[[address]])
    assert isinstance(answer, Failed)
    assert answer.failure is Failure.forbidden_address


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
    ],
)
def test_every_spelling_of_loopback_is_refused(host: str) -> None:
    async def run() -> Fetched | Failed:
        async with Fetcher(Network()) as fetcher:
            return await fetcher.get(f"http://{host}/")

    answer = asyncio.run(run())
    assert isinstance(answer, Failed)
    assert answer.failure is Failure.forbidden_address


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example:70/", "data:,x"]
)
def test_other_schemes(url: str) -> None:
    answer = get(url)
    assert isinstance(answer, Failed)
    assert answer.failure is Failure.forbidden_address


def test_a_name_that_is_rebound_between_two_hops() -> None:
    """The first answer is allowed, the second, for the redirect to the same name, is loopback elsewhere."""

    async def run() -> tuple[Fetched | Failed, int]:
        async with serving(a=redirect("http://name.example:8080/b")) as server:
            asked: list[str] = []

            async def resolver(host: str, port: int) -> list[str]:
                asked.append(host)
                return ["127.0.0.1"]

            network = Network(allow=(f"name.example:{server.port}",))
            async with Fetcher(network, resolver) as fetcher:
                return await fetcher.get(f"http://name.example:{server.port}/a"), len(asked)

    answer, asked = asyncio.run(run())
    assert isinstance(answer, Failed)
    assert (answer.failure, len(answer.hops), asked) == (Failure.forbidden_address, 1, 2)


def test_the_address_connected_to_is_the_one_checked() -> None:
    """A name server that would answer differently the second time is asked once a connection."""

    async def run() -> tuple[Fetched | Failed, int]:
        async with serving(a=ok(b"page")) as server:
            answers = [["127.0.0.1"], ["169.254.169.254"]]

            async def resolver(host: str, port: int) -> list[str]:
                return answers.pop(0)

            async with Fetcher(Network(allow=(f"name.example:{server.port}",)), resolver) as fetcher:
                return await fetcher.get(f"http://name.example:{server.port}/a"), len(answers)

    answer, left = asyncio.run(run())
    assert isinstance(answer, Fetched)
    assert (answer.payload, answer.hops[0].address, left) == (b"page", "127.0.0.1", 1)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "//127.0.0.1/",
        "http://127.0.0.1:22/",
    ],
)
def test_a_redirect_into_the_network_is_refused(target: str) -> None:
    async def run() -> Fetched | Failed:
        async with serving(a=redirect(target)) as server, Fetcher(server.network()) as fetcher:
            return await fetcher.get(server.url("/a"))

    answer = asyncio.run(run())
    assert isinstance(answer, Failed)
    assert (answer.failure, len(answer.hops)) == (Failure.forbidden_address, 1)
