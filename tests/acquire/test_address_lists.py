"""Sitemaps, archives of feeds, files of addresses and GDELT, played on loopback: what is asked and comes."""

import io
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.acquire.list_schemes import is_list
from pipeline.archive.parts import Reading, Step
from pipeline.archive.wanted import Passed, Period, Wanted
from pipeline.errors import SourceError, UsageError
from pipeline.settings import Lists
from tests.acquire.feed_texts import atom, item, rss
from tests.acquire.playing import LIMITS, Reader, items, playing, reasons, refusals
from tests.live.clocks import FastClock
from tests.live.site import Asked, Listed, Reply, Site, write_feed

SPEED = 200.0
BEGAN = datetime(2026, 3, 15, 12, tzinfo=UTC)
MARCH = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> FastClock:
    """A clock that runs at SPEED, or as fast as a test says."""
    now = datetime.now(UTC)
    return FastClock(now, getattr(request, "param", SPEED), BEGAN - now)


@pytest.fixture
def coast(clock: FastClock) -> Iterator[Site]:
    with playing(clock) as made:
        yield made


@pytest.fixture
def reader(coast: Site, clock: FastClock) -> Reader:
    return Reader(coast, clock, Lists(gdelt_url=coast.url("gdelt.example/v2"), wait_seconds=1.0))


def page(text: str) -> Reply:
    body = f"<html><body><p>{text}</p></body></html>".encode()
    return Reply(200, body).having(content_type="text/html; charset=utf-8")


def publish(coast: Site, *addresses: str) -> list[str]:
    """Pages at these places; their addresses."""
    for address in addresses:
        coast.at(address, page(address))
    return [coast.url(address) for address in addresses]


def asked(coast: Site, host: str = "") -> list[str]:
    """What was asked for so far, robots.txt left out."""
    return [one.url for one in coast.log if host in one.host and one.path != "/robots.txt"]


def urls(steps: list[Step]) -> list[str | None]:
    """The addresses of what was found."""
    return [found.capture.url for found in items(steps)]


# Files


def test_a_file_of_addresses(coast: Site, reader: Reader, tmp_path: Path) -> None:
    one, two = publish(coast, "a.example/1", "b.example/2")
    file = tmp_path / "list.txt"
    file.write_text(f"\ufeff{one}\n\n# later\n{two}\n{one}\nnonsense\nftp://c.example/3\n")
    steps = reader.read(f"urls:{file}")
    assert [(step.position, type(step.found).__name__) for step in steps] == [
        (0, "Item"),
        (3, "Item"),
        (5, "Refusal"),
        (6, "Refusal"),
    ]
    assert reasons(steps) == ["corrupt", "corrupt"]
    found = items(steps)[0].capture
    assert (found.url, found.http_status, found.media_type) == (one, 200, "text/html")
    assert BEGAN <= found.fetched_at < BEGAN + timedelta(hours=2)


def test_standard_input(
    coast: Site, reader: Reader, monkeypatch: pytest.MonkeyPatch, clock: FastClock
) -> None:
    addresses = publish(coast, *(f"h{number}.example/" for number in range(20)))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(addresses).encode())))
    (part,) = reader.parts("urls:-")
    assert part.version == ""
    assert urls(list(part.read(Reading(LIMITS)))) == addresses
    assert urls(list(part.read(Reading(LIMITS, begin=18)))) == addresses[18:]


def test_a_file_that_changed_has_another_version(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("http://a.example/\n")
    (before,) = reader.parts(f"urls:{file}")
    file.write_text("http://a.example/\nhttp://b.example/\n")
    (after,) = reader.parts(f"urls:{file}")
    assert (before.name, before.size) == (after.name, 18)
    assert before.version != after.version


def test_items_come_in_order_from_hosts_asked_at_once(coast: Site, reader: Reader, tmp_path: Path) -> None:
    addresses = publish(coast, *(f"h{number}.example/" for number in range(12)))
    coast.at("h0.example/", replace(page("slow"), seconds=0.5))
    file = tmp_path / "list.txt"
    file.write_text("\n".join(addresses))
    assert urls(reader.read(f"urls:{file}")) == addresses
    first = next(one for one in coast.log if one.url == "h0.example/")
    others = [one for one in coast.log if one.url.endswith("/") and one is not first]
    assert all(one.ended and first.ended and one.ended < first.ended for one in others)


def test_one_host_is_asked_in_its_turn(coast: Site, reader: Reader, tmp_path: Path) -> None:
    addresses = publish(coast, *(f"a.example/{number}" for number in range(5)))
    file = tmp_path / "list.txt"
    file.write_text("\n".join(addresses))
    coast.at("a.example/robots.txt", Reply(200, b"User-agent: *\nCrawl-delay: 3\nDisallow: /4\n"))
    steps = reader.read(f"urls:{file}")
    assert urls(steps) == addresses[:4]
    assert "disallowed by robots.txt" in refusals(steps)[0].dropped.detail
    times = [one.at for one in coast.asked("a.example")]
    gaps = [(later - one).total_seconds() for one, later in pairwise(times)]
    assert gaps[0] >= 1.0
    assert min(gaps[1:]) >= 3.0
    assert "a.example/4" not in asked(coast)


def test_what_cannot_be_had_is_refused(coast: Site, reader: Reader, tmp_path: Path) -> None:
    good = publish(coast, *(f"h{number}.example/" for number in range(6)))
    coast.at("busy.example/", Reply(503), page("at last"))
    coast.at("down.example/", Reply(500))
    bad = [coast.url(one) for one in ("busy.example/", "down.example/", "gone.example/")]
    file = tmp_path / "list.txt"
    file.write_text("\n".join([*bad, "http://name.nowhere/", *good]))
    steps = reader.read(f"urls:{file}")
    assert urls(steps) == [bad[0], *good]
    told = [one.dropped.detail.split(": http")[0] for one in refusals(steps)]
    assert told == ["HTTP 500", "HTTP 404", "robots_unknown: robots.txt cannot be had (dns)"]
    assert reasons(steps) == ["http_error"] * 3
    assert asked(coast).count("down.example/") == 4
    assert asked(coast).count("gone.example/") == 1
    busy = [one.at for one in coast.log if one.url == "busy.example/"]
    assert (busy[1] - busy[0]).total_seconds() >= 60


# At SPEED, the 25 s between the longest silence and a missing network are an eighth of a second.
@pytest.mark.parametrize("clock", [20.0], indirect=True)
def test_a_host_without_robots_costs_its_own_pages_only(coast: Site, reader: Reader, tmp_path: Path) -> None:
    """What is known of a host is known at once for its second page: that is no missing network."""
    (good,) = publish(coast, "good.example/")
    coast.at("shut.example/robots.txt", Reply(500))
    shut = [coast.url(f"shut.example/{number}") for number in range(3)]
    file = tmp_path / "list.txt"
    file.write_text("\n".join(["http://dead.nowhere/1", "http://dead.nowhere/2", *shut, good]))
    steps = reader.read(f"urls:{file}")
    assert reasons(steps) == ["http_error"] * 5
    assert urls(steps) == [good]
    assert asked(coast, "shut.example") == []
    assert len(coast.asked("shut.example")) == 4


def test_without_a_network_nothing_is_refused_for_good(coast: Site, reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("".join(f"http://h{number}.nowhere/\n" for number in range(30)))
    steps = reader.read(f"urls:{file}")
    assert [(step.position, reasons([step])) for step in steps] == [(0, ["unreadable"])]
    assert coast.log == []


def test_reading_on_asks_for_nothing_before(coast: Site, reader: Reader, tmp_path: Path) -> None:
    addresses = publish(coast, *(f"h{number}.example/" for number in range(8)))
    file = tmp_path / "list.txt"
    file.write_text("\n".join(addresses))
    assert urls(reader.read(f"urls:{file}", begin=5)) == addresses[5:]
    assert {one.host for one in coast.log} == {f"h{number}.example" for number in range(5, 8)}


def test_what_is_not_wanted_is_not_asked_for(coast: Site, reader: Reader, tmp_path: Path) -> None:
    addresses = publish(coast, "a.example/1", "b.example/2")
    file = tmp_path / "list.txt"
    file.write_text("\n".join(addresses))
    steps = reader.read(f"urls:{file}", Wanted(publishers=frozenset({"b.example"})))
    assert [step.passed for step in steps] == [Passed.PUBLISHER, None]
    assert asked(coast) == ["b.example/2"]
    past = Wanted(captured=Period(until=BEGAN - timedelta(days=1)))
    assert [step.passed for step in reader.read(f"urls:{file}", past)] == [Passed.CAPTURED_AT] * 2
    assert asked(coast) == ["b.example/2"]


def test_a_redirect_to_what_is_not_wanted_is_passed_over(coast: Site, reader: Reader, tmp_path: Path) -> None:
    publish(coast, "b.example/2")
    coast.at("a.example/1", Reply(302).having(location=coast.url("b.example/2")))
    file = tmp_path / "list.txt"
    file.write_text(coast.url("a.example/1"))
    (found,) = items(reader.read(f"urls:{file}"))
    assert (found.capture.url, found.capture.final_url) == (
        coast.url("a.example/1"),
        coast.url("b.example/2"),
    )
    steps = reader.read(f"urls:{file}", Wanted(publishers=frozenset({"a.example"})))
    assert [(step.found, step.passed) for step in steps] == [(None, Passed.PUBLISHER)]


def test_answers_that_wait_are_bounded(coast: Site, reader: Reader, tmp_path: Path) -> None:
    """The first is slow: meanwhile the others are asked for until their bytes are too many."""
    body = b"<html>" + b"x" * 1_000_000
    for number in range(40):
        coast.at(f"h{number}.example/", Reply(200, body).having(content_type="text/html"))
    coast.at("h0.example/", replace(page("slow"), seconds=3.0))
    file = tmp_path / "list.txt"
    file.write_text("".join(coast.url(f"h{number}.example/") + "\n" for number in range(40)))
    (part,) = replace(reader.with_lists(ahead_bytes=6_000_000), requests=3).parts(f"urls:{file}")
    steps = part.read(Reading(LIMITS))
    next(steps)
    first = next(one for one in coast.log if one.url == "h0.example/")
    meanwhile = [one for one in coast.log if one.path == "/" and first.ended and one.began < first.ended]
    assert 1 + 3 <= len(meanwhile) <= 1 + 3 + 2  # an item of 1 MB holds it twice, and two are under way
    assert len(list(steps)) == 39


def test_closing_in_the_middle_leaves_nothing_behind(coast: Site, reader: Reader, tmp_path: Path) -> None:
    publish(coast, "h0.example/")
    for number in range(1, 30):
        coast.at(f"h{number}.example/", replace(page("slow"), seconds=20))
    file = tmp_path / "list.txt"
    file.write_text("".join(coast.url(f"h{number}.example/") + "\n" for number in range(30)))
    before = threading.active_count()
    (part,) = reader.parts(f"urls:{file}")
    steps = part.read(Reading(LIMITS))
    assert next(steps).position == 0
    began = time.monotonic()
    steps.close()
    assert time.monotonic() - began < 3
    assert threading.active_count() == before


SCRIPT = """
import signal
import sys
from datetime import UTC, datetime
from pipeline.acquire.address_lists import parts_of_list
from pipeline.archive.parts import Reading
from pipeline.archive.wanted import ANYTHING
from pipeline.settings import Limits, Network

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may have it ignored
source, port, begin = sys.argv[1], sys.argv[2], int(sys.argv[3])
network = Network(allow=(f"127.0.0.1:{port}",), host_seconds=0.02)
for part in parts_of_list(source, network, ANYTHING):
    for step in part.read(Reading(Limits(), begin=begin)):
        print(step.position, step.found.capture.url, flush=True)
"""


def begun(coast: Site, file: Path, begin: int) -> "subprocess.Popen[str]":
    """A process that reads a file of addresses from a place on."""
    command = [sys.executable, "-c", SCRIPT, f"urls:{file}", str(coast.server.port), str(begin)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def pages_of_this_machine(coast: Site, tmp_path: Path, count: int) -> Path:
    """Pages that a process without a name server of ours can ask for; the file of their addresses."""
    addresses = [f"127.0.0.1/{number}" for number in range(count)]
    publish(coast, *addresses)
    file = tmp_path / "list.txt"
    file.write_text("".join(coast.url(address) + "\n" for address in addresses))
    return file


def test_a_killed_reading_goes_on_where_it_was(coast: Site, tmp_path: Path) -> None:
    file = pages_of_this_machine(coast, tmp_path, 40)
    given: dict[int, str] = {}
    for _ in range(3):
        process = begun(coast, file, len(given))
        assert process.stdout
        for _ in range(8):
            position, _, url = process.stdout.readline().partition(" ")
            given[int(position)] = url.strip()
        process.kill()
        process.communicate()
    before = len(asked(coast))
    out, _ = begun(coast, file, len(given)).communicate(timeout=60)
    given |= {int(line.split()[0]): line.split()[1] for line in out.splitlines()}
    assert given == dict(enumerate(file.read_text().split()))
    assert asked(coast)[before:] == [f"127.0.0.1/{number}" for number in range(24, 40)]


def test_an_interrupt_ends_the_process(coast: Site, tmp_path: Path) -> None:
    file = pages_of_this_machine(coast, tmp_path, 400)
    process = begun(coast, file, 0)
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert told.rstrip().endswith("KeyboardInterrupt")
    assert "Traceback" in told
    assert told.count("Error") == 0
    assert len(asked(coast)) < 400


# Sitemaps


def sitemap(coast: Site, address: str, *entries: tuple[str, datetime], news: bool = False) -> str:
    listed = [Listed(coast.url(place), 0, at, "Harbour") for place, at in entries]
    body = write_feed("news_sitemap" if news else "sitemap", listed)
    coast.at(address, Reply(200, body).having(content_type="application/xml"))
    return coast.url(address)


def day(number: int, month: int = 3) -> datetime:
    return datetime(2026, month, number, 10, tzinfo=UTC)


def test_the_sitemaps_that_a_site_names(coast: Site, reader: Reader) -> None:
    pages = publish(coast, *(f"site.example/{name}" for name in "abcd"))
    old = sitemap(coast, "site.example/old.xml", ("site.example/a", day(1)), ("site.example/b", day(2)))
    new = sitemap(coast, "site.example/new.xml", ("site.example/c", day(3)))
    more = sitemap(coast, "site.example/more.xml", ("site.example/d", day(4)))
    index = write_feed(
        "sitemap_index", [Listed(old, 0, day(2)), Listed(new, 0, day(3)), Listed(old, 0, day(2))]
    )
    coast.at("site.example/index.xml", Reply(200, index).having(content_type="application/xml"))
    robots = f"User-agent: *\nAllow: /\nSitemap: {coast.url('site.example/index.xml')}\nSitemap: {more}\n"
    coast.at("site.example/robots.txt", Reply(200, robots.encode()))
    site = coast.url("site.example/")
    parts = list(reader.parts(f"sitemap:{site}"))
    assert {part.name for part in parts} == {old, new, more}
    assert all(part.version for part in parts)
    assert asked(coast).count("site.example/old.xml") == 1
    steps = [step for part in parts for step in part.read(Reading(LIMITS))]
    assert sorted(map(str, urls(steps))) == pages
    again = {part.name: part.version for part in reader.parts(f"sitemap:{site}")}
    assert again == {part.name: part.version for part in parts}
    sitemap(coast, "site.example/more.xml", ("site.example/d", day(4)), ("site.example/e", day(5)))
    changed = {part.name: part.version for part in reader.parts(f"sitemap:{site}")}
    assert [name for name, version in changed.items() if version != again[name]] == [more]


def test_a_site_that_names_none_is_asked_where_they_mostly_are(coast: Site, reader: Reader) -> None:
    (one,) = publish(coast, "site.example/a")
    sitemap(coast, "site.example/sitemap.xml", ("site.example/a", day(1)))
    assert urls(reader.read(f"sitemap:{coast.url('site.example')}")) == [one]
    with pytest.raises(SourceError, match="give its address"):
        reader.parts(f"sitemap:{coast.url('empty.example/')}")


def test_dates_of_sitemaps_are_what_they_are(coast: Site, reader: Reader) -> None:
    """A date of publication decides both ways; one of a change only that nothing later was published."""
    publish(coast, *(f"site.example/{name}" for name in "abcdef"))
    news = sitemap(
        coast,
        "site.example/news.xml",
        ("site.example/a", day(10, 2)),
        ("site.example/b", day(10)),
        ("site.example/c", day(10, 4)),
        news=True,
    )
    plain = sitemap(
        coast,
        "site.example/plain.xml",
        ("site.example/d", day(10, 2)),
        ("site.example/e", day(10)),
        ("site.example/f", day(10, 4)),
    )
    wanted = Wanted(published=MARCH)
    passed = Passed.PUBLISHED_AT
    assert [step.passed for step in reader.read(f"sitemap:{news}", wanted)] == [passed, None, passed]
    assert [step.passed for step in reader.read(f"sitemap:{plain}", wanted)] == [passed, None, None]
    assert [one for one in asked(coast) if not one.endswith(".xml")] == [
        f"site.example/{name}" for name in "bef"
    ]


def test_robots_has_a_say_in_sitemaps(coast: Site, reader: Reader) -> None:
    hidden = sitemap(coast, "site.example/hidden/a.xml", ("site.example/a", day(1)))
    coast.at("site.example/robots.txt", Reply(200, b"User-agent: *\nDisallow: /hidden/\n"))
    steps = reader.read(f"sitemap:{hidden}")
    assert reasons(steps) == ["http_error"]
    assert asked(coast) == []


def test_a_site_that_wants_to_be_left_alone_ends_the_part(coast: Site, reader: Reader) -> None:
    publish(coast, "site.example/a", "site.example/c")
    where = sitemap(coast, "site.example/s.xml", *((f"site.example/{name}", day(1)) for name in "abc"))
    coast.at("site.example/b", Reply(429).having(retry_after="80000"))
    steps = reader.read(f"sitemap:{where}")
    assert [(step.position, reasons([step])) for step in steps] == [(0, []), (1, ["unreadable"])]
    assert asked(coast).count("site.example/c") == 0


# Feeds


def feed(coast: Site, address: str, *places: str, links: dict[str, str]) -> str:
    """An Atom document with entries of March, and links to others."""
    written = "".join(f'<link rel="{rel}" href="{coast.url(place)}"/>' for rel, place in links.items())
    entries = [
        f'<entry><id>{place}</id><title>Ferry</title><link href="{coast.url(place)}"/>'
        f"<published>{day(number + 1).isoformat()}</published></entry>"
        for number, place in enumerate(places)
    ]
    coast.at(
        address, Reply(200, atom(*entries, head=written).encode()).having(content_type="application/atom+xml")
    )
    return coast.url(address)


def test_an_archived_feed_is_read_to_its_oldest_archive(coast: Site, reader: Reader) -> None:
    pages = publish(coast, *(f"site.example/{name}" for name in "abcd"))
    start = feed(coast, "site.example/feed", "site.example/d", links={"prev-archive": "site.example/2"})
    second = feed(
        coast,
        "site.example/2",
        "site.example/b",
        "site.example/c",
        links={"prev-archive": "site.example/1", "current": "site.example/feed"},
    )
    first = feed(coast, "site.example/1", "site.example/a", links={"prev-archive": "site.example/2"})
    steps = reader.read(f"feed:{start}")
    assert [str(url)[-1] for url in urls(steps)] == ["d", "b", "c", "a"]
    assert [part.name for part in reader.parts(f"feed:{start}")] == [start, second, first]
    from_an_archive = reader.read(f"feed:{second}")
    assert sorted(map(str, urls(from_an_archive))) == pages


def test_a_paged_feed_and_a_page_that_leads_back(coast: Site, reader: Reader) -> None:
    publish(coast, *(f"site.example/{name}" for name in "ab"))
    start = feed(coast, "site.example/feed", "site.example/a", links={"next": "site.example/feed?page=2"})
    feed(coast, "site.example/feed?page=2", "site.example/b", links={"next": "site.example/feed"})
    wanted = Wanted(published=Period(day(2), day(20)))
    assert [str(url)[-1] for url in urls(reader.read(f"feed:{start}"))] == ["a", "b"]
    assert [step.passed for step in reader.read(f"feed:{start}", wanted)] == [None, None]
    later = Wanted(published=Period(day(9), day(20)))
    assert [step.passed for step in reader.read(f"feed:{start}", later)] == [Passed.PUBLISHED_AT] * 2


def test_wordpress_is_read_page_by_page(coast: Site, reader: Reader) -> None:
    publish(coast, *(f"site.example/{name}" for name in "abc"))
    generator = "<generator>https://wordpress.org/?v=6.5</generator>"

    def of(page: Asked, _: datetime) -> Reply:
        number = int(page.path.partition("paged=")[2] or 1)
        if number > 3:
            return Reply(404, b"<html>Nothing</html>")
        link = coast.url(f"site.example/{'abc'[number - 1]}")
        return Reply(200, rss(item(number, link=link), head=generator).encode())

    coast.at("site.example/feed", of)
    steps = reader.read(f"feed:{coast.url('site.example/feed')}")
    assert [str(url)[-1] for url in urls(steps)] == ["a", "b", "c"]


def test_pages_that_bring_nothing_new_are_not_followed_for_ever(coast: Site, reader: Reader) -> None:
    publish(coast, "site.example/a")

    def of(page: Asked, _: datetime) -> Reply:
        number = int(page.path.partition("page=")[2] or 1) + 1
        head = f'<link rel="next" href="{coast.url(f"site.example/feed?page={number}")}"/>'
        link = coast.url("site.example/a")
        return Reply(200, atom(f'<entry><id>a</id><link href="{link}"/></entry>', head=head).encode())

    coast.at("site.example/feed", of)
    reader.read(f"feed:{coast.url('site.example/feed')}")
    feeds = [one for one in asked(coast) if "feed" in one]
    assert feeds == ["site.example/feed", "site.example/feed?page=2"]


def test_wordpress_that_repeats_itself_ends(coast: Site, reader: Reader) -> None:
    publish(coast, "site.example/a")
    head = "<generator>https://wordpress.org/?v=6.5</generator>"
    body = rss(item(1, link=coast.url("site.example/a")), head=head).encode()
    coast.at("site.example/feed", Reply(200, body))
    reader.read(f"feed:{coast.url('site.example/feed')}")
    assert [one for one in asked(coast) if "feed" in one] == [
        "site.example/feed",
        "site.example/feed?paged=2",
    ]


def test_a_feed_that_is_none_is_refused(coast: Site, reader: Reader) -> None:
    publish(coast, "site.example/feed")
    steps = reader.read(f"feed:{coast.url('site.example/feed')}")
    assert reasons(steps) == ["not_a_feed"]


# GDELT


def gdelt(coast: Site, stamp: str, *addresses: str, kind: str = "export.CSV.zip", column: int = 60) -> None:
    """One list, as rows of so many columns."""
    rows = "".join("\t".join(["x"] * column + [address]) + "\n" for address in addresses)
    coast.at(f"gdelt.example/v2/{stamp}.{kind}", Reply(200, zipped(stamp, rows.encode())))


def zipped(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.CSV", data)
    return packed.getvalue()


def test_a_day_of_gdelt(coast: Site, reader: Reader) -> None:
    quick = replace(reader, host_seconds=0.1)
    pages = publish(coast, *(f"h{number}.example/" for number in range(5)))
    gdelt(coast, "20260203000000", pages[0], pages[0], pages[1], "BBC Monitoring")
    gdelt(coast, "20260203000000", pages[2], kind="translation.export.CSV.zip")
    gdelt(coast, "20260203234500", pages[1], pages[3])
    coast.at("gdelt.example/v2/20260203120000.export.CSV.zip", Reply(200, b"no zip"))
    (part,) = quick.parts("gdelt:2026-02-03")
    steps = list(part.read(Reading(LIMITS)))
    assert urls(steps) == [pages[0], pages[1], pages[2], pages[3]]
    assert reasons(steps).count("corrupt") == 1
    assert reasons(steps).count("http_error") == 192 - 4
    positions = [step.position for step in steps]
    assert positions == list(range(len(steps)))
    last = next(step.position for step in steps if step.found in items(steps)[3:])
    before = len(asked(coast))
    rest = list(part.read(Reading(LIMITS, begin=last)))
    assert urls(rest) == [pages[3]]
    assert [one for one in asked(coast)[before:] if "gdelt" not in one] == ["h3.example/"]


def test_the_knowledge_graph_has_its_addresses_elsewhere(coast: Site, reader: Reader) -> None:
    (one,) = publish(coast, "h0.example/")
    gdelt(coast, "20260203000000", one, kind="gkg.csv.zip", column=4)
    quick = replace(reader, host_seconds=0.1).with_lists(gdelt_files=("gkg.csv.zip",))
    assert urls(quick.read("gdelt:2026-02-03")) == [one]


def test_days_of_gdelt_are_parts(reader: Reader, clock: FastClock) -> None:
    parts = list(reader.parts("gdelt:2026-03-13..2026-03-15"))
    assert [part.name[-8:] for part in parts] == ["20260313", "20260314", "20260315"]
    assert [part.version for part in parts][:2] == ["96", "96"]
    assert 45 < int(parts[2].version) < 60


def test_a_list_that_cannot_be_had_ends_the_day(coast: Site, reader: Reader) -> None:
    coast.at("gdelt.example/v2/20260203000000.export.CSV.zip", Reply(500))
    steps = reader.read("gdelt:2026-02-03")
    assert [(step.position, reasons([step])) for step in steps] == [(0, ["unreadable"])]


# All


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("gdelt:yesterday", "gdelt:2026-02-01"),
        ("gdelt:2026-02-30", "gdelt:2026-02-01"),
        ("gdelt:2014-01-01", "2015-02-18"),
        ("gdelt:2026-02-03..2026-02-01", "give days within"),
        ("gdelt:2027-01-01", "give days within"),
        ("sitemap:", "no address"),
        ("feed:ftp://a.example/", "no address"),
        ("urls:/nowhere/list.txt", "name one that has an address in each line"),
    ],
)
def test_wrong_sources_are_told(reader: Reader, source: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        reader.parts(source)


def test_what_is_a_list() -> None:
    named = ("wayback:a.example", "sitemap:a", "feed:a", "urls:-", "gdelt:2026-02-03")
    assert all(is_list(source) for source in named)
    assert not any(is_list(source) for source in ("a.warc.gz", "-", "https://a.example/x.warc", "feeds/"))
