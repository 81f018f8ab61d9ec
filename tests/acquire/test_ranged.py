"""Files on the network: read like files on disk, whatever connections and servers do."""

import io
import random
import tracemalloc

import pytest

from pipeline.acquire.ranged import Patience, RangedFile
from pipeline.settings import Network
from tests.acquire.ranges import Shelf, shelf

DATA = random.Random(7).randbytes(3_000_000)
WAITS: list[float] = []
PATIENT = Patience(first=0.0, attempts=4, sleep=WAITS.append)


def opened(held: Shelf, path: str = "/a", network: Network | None = None) -> io.BufferedReader:
    return io.BufferedReader(
        RangedFile(held.url(path), network or held.network(), patience=PATIENT), 256 * 1024
    )


@pytest.fixture(autouse=True)
def no_waits() -> None:
    WAITS.clear()


def test_a_file_is_read_by_one_request() -> None:
    with shelf(a=DATA) as held:
        with opened(held) as file:
            assert file.read() == DATA
        assert held.asked == [("/a", 0)]
        assert held.agents == {next(iter(held.agents))}
        assert "https://news.example/bot" in next(iter(held.agents))


def test_reading_begins_at_a_place_without_what_stands_before() -> None:
    with shelf(a=DATA) as held, opened(held) as file:
        file.seek(2_000_000)
        assert file.read(1000) == DATA[2_000_000:2_001_000]
        assert held.asked == [("/a", 2_000_000)]


def test_places_near_ahead_are_read_up_to_and_others_asked_for() -> None:
    with shelf(a=DATA) as held, opened(held) as file:
        assert file.read(10) == DATA[:10]
        file.seek(900_000)
        assert file.read(10) == DATA[900_000:900_010]
        assert len(held.asked) == 1
        file.seek(-100, io.SEEK_END)
        assert file.read() == DATA[-100:]
        file.seek(5)
        assert file.read(5) == DATA[5:10]
        assert [begin for _, begin in held.asked] == [0, len(DATA) - 100, 5]


def test_broken_connections_are_gone_on_with() -> None:
    with shelf(a=DATA) as held:
        held.cut_after = [100_000, 0, 1_000_000, 7, 1_234_567]
        with opened(held) as file:
            assert file.read() == DATA
        assert [begin for _, begin in held.asked] == [0, 100_000, 100_000, 1_100_000, 1_100_007, 2_334_574]
        assert held.open_most == 1


def test_without_ranges_what_was_read_is_passed_over() -> None:
    with shelf(a=DATA) as held:
        held.ranges, held.cut_after = False, [1_500_000]
        with opened(held) as file:
            assert file.read() == DATA
        assert len(held.asked) == 2


def test_busy_servers_say_how_long_to_wait() -> None:
    with shelf(a=DATA[:1000]) as held:
        held.statuses = [
            (429, {"Retry-After": "7"}),
            (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
            (500, {}),
        ]
        with opened(held) as file:
            assert file.read() == DATA[:1000]
    assert WAITS == [7.0, 0.0, 0.0]


def test_who_stays_busy_is_left_after_some_attempts() -> None:
    with shelf(a=b"x") as held:
        held.statuses = [(503, {})] * 9
        with opened(held) as file, pytest.raises(OSError, match="status 503, 4 times in a row"):
            file.read()
        assert len(held.asked) == 4


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_is_not_there_is_asked_for_once(status: int) -> None:
    with shelf(a=b"x") as held:
        held.statuses = [(status, {})]
        with opened(held) as file, pytest.raises(OSError, match=f"status {status}"):
            file.read()
        assert len(held.asked) == 1


@pytest.mark.parametrize("ranges", [True, False])
def test_a_file_that_is_replaced_meanwhile_is_noticed(ranges: bool) -> None:
    with shelf(a=DATA) as held:
        held.cut_after = [100_000]
        held.ranges = ranges
        held.before = lambda held: setattr(held, "etag", f'"{len(held.asked)}"')
        with opened(held) as file, pytest.raises(OSError, match="was replaced while it was read"):
            file.read()


def test_redirects_are_followed_and_guarded() -> None:
    with shelf(a=DATA[:1000]) as held, shelf(b=b"secret") as other:
        held.statuses = [(302, {"Location": held.url("/a")})]
        with opened(held, "/moved") as file:
            assert file.read() == DATA[:1000]
        held.statuses = [(302, {"Location": other.url("/b")})]
        with opened(held, "/moved") as file, pytest.raises(OSError, match=r"port \d+ is not one of"):
            file.read()
        assert other.asked == []
        held.statuses = [(302, {"Location": held.url("/again")})] * 30
        with opened(held, "/again") as file, pytest.raises(OSError, match="more than 10 redirects"):
            file.read()


def test_private_addresses_are_not_asked() -> None:
    with shelf(a=b"x") as held:
        private = Network(ports=frozenset({held.port}))
        with (
            opened(held, network=private) as file,
            pytest.raises(OSError, match="not on the public Internet"),
        ):
            file.read()
        assert held.asked == []


def test_a_large_file_is_not_held() -> None:
    with shelf(a=bytes(60_000_000)) as held, opened(held) as file:
        file.read(1)
        tracemalloc.start()
        read = 1
        while piece := file.read(256 * 1024):
            read += len(piece)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert read == 60_000_000
    assert peak < 8_000_000
