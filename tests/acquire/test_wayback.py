"""The Wayback Machine, played on loopback: what is asked of it, how slowly, and what its captures become."""

import gzip
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from pipeline.archive.parts import Reading
from pipeline.archive.wanted import Passed, Period, Wanted
from pipeline.errors import UsageError
from tests.acquire.playing import LIMITS, Archive, Held, Reader, items, playing, reasons, refusals
from tests.archive.test_captures import known, read_back, write
from tests.live.clocks import FastClock
from tests.live.site import Asked, Reply, Site

SPEED = 400.0  # 4 s between two requests are 10 ms
BEGAN = datetime(2026, 3, 15, 12, tzinfo=UTC)
SITE = "http://gazette.example"
IN_2019 = Wanted(captured=Period(datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)))


@pytest.fixture
def clock() -> FastClock:
    now = datetime.now(UTC)
    return FastClock(now, SPEED, BEGAN - now)


@pytest.fixture
def coast(clock: FastClock) -> Iterator[Site]:
    with playing(clock) as made:
        yield made


@pytest.fixture
def archive(coast: Site) -> Archive:
    return Archive(coast)


@pytest.fixture
def reader(coast: Site, clock: FastClock, archive: Archive) -> Reader:
    return Reader(coast, clock, archive.open())


def page(text: str = "The harbour opened.") -> Reply:
    body = f"<html><body><p>{text}</p></body></html>".encode()
    return Reply(200, body).having(content_type="text/html; charset=utf-8")


def hold_year(archive: Archive, count: int) -> list[Held]:
    """So many pages of 2019, one capture each."""
    held = [Held(f"2019{n // 28 + 1:02}{n % 28 + 1:02}120000", f"{SITE}/news/{n:03}") for n in range(count)]
    for one in held:
        archive.hold(one, page(one.url))
    return held


def test_captures_become_items_as_the_site_gave_them(archive: Archive, reader: Reader) -> None:
    body = "<html><p>Über den Hafen</p></html>".encode("iso-8859-1")
    reply = Reply(200, body, (("Content-Type", "text/html"),)).having(
        x_archive_orig_content_type="text/html; charset=ISO-8859-1",
        x_archive_orig_server="old",
        x_archive_orig_transfer_encoding="chunked",
    )
    archive.hold(Held("20190203040506", f"{SITE}:80/a?b=c"), reply)
    (item,) = items(reader.read("wayback:gazette.example", IN_2019))
    capture = item.capture
    assert (capture.url, capture.final_url) == (f"{SITE}/a?b=c", f"{SITE}/a?b=c")
    assert capture.fetched_at == datetime(2019, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert (capture.http_status, capture.media_type, capture.charset) == (200, "text/html", "iso-8859-1")
    assert item.payload == body
    assert item.block is not None
    head, _, rest = item.block.partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], rest) == (b"HTTP/1.1 200 OK", body)
    assert b"server: old" in head
    assert b"chunked" not in head


@pytest.mark.parametrize("named", ["gzip", ""])
@pytest.mark.parametrize("own", [True, False])
def test_compressed_captures_are_read(archive: Archive, reader: Reader, named: str, own: bool) -> None:
    reply = Reply(200, gzip.compress(b"<html><p>Ferry</p></html>")).having(content_type="text/html")
    reply = reply.having(x_archive_orig_content_encoding=named) if named else reply
    archive.hold(Held("20190203040506", f"{SITE}/a"), reply.having(content_encoding="gzip") if own else reply)
    (item,) = items(reader.read("wayback:gazette.example", IN_2019))
    assert item.payload == b"<html><p>Ferry</p></html>"


def test_captures_come_back_from_our_files_as_they_went_in(
    archive: Archive, reader: Reader, tmp_path: Path
) -> None:
    packed = Reply(200, gzip.compress(b"<html><p>Ferry</p></html>")).having(
        content_type="text/html", x_archive_orig_content_encoding="gzip", x_archive_orig_content_length="9"
    )
    archive.hold(Held("20190203040506", f"{SITE}:80/a"), packed)
    archive.hold(Held("20190203040506", f"{SITE}/b"), page())
    found = items(reader.read("wayback:gazette.example", IN_2019))
    written = write(tmp_path, found)
    back = [one for _, one in read_back(tmp_path / written.path)]
    assert [known(one) for one in back] == [known(one) for one in found]


def test_what_is_asked_of_the_index(archive: Archive, reader: Reader) -> None:
    hold_year(archive, 1)
    wanted = Wanted(
        captured=Period(
            datetime(2018, 6, 1, 10, tzinfo=UTC), datetime(2019, 2, 1, 0, 0, 0, 500_000, tzinfo=UTC)
        )
    )
    reader.read("wayback:gazette.example/news/*", wanted)
    first, second = archive.queries()
    assert (first["from"], first["to"]) == (["20180601100000"], ["20181231235959"])
    assert (second["from"], second["to"]) == (["20190101000000"], ["20190201000000"])
    assert (first["url"], first["matchType"]) == (["gazette.example/news/"], ["prefix"])
    assert (first["collapse"], first["output"], first["showResumeKey"]) == (["digest"], ["json"], ["true"])
    assert "statuscode:200" in first["filter"]


@pytest.mark.parametrize(
    ("source", "url", "match"),
    [
        ("wayback:gazette.example", "gazette.example", "host"),
        ("wayback:https://gazette.example", "gazette.example", "host"),
        ("wayback:*.gazette.example", "gazette.example", "domain"),
        ("wayback:gazette.example/*", "gazette.example/", "prefix"),
        ("wayback:https://gazette.example/a.html", "https://gazette.example/a.html", "exact"),
    ],
)
def test_how_far_a_source_reaches(
    archive: Archive, reader: Reader, source: str, url: str, match: str
) -> None:
    assert reader.read(source, IN_2019) == []
    assert [(one["url"], one["matchType"]) for one in archive.queries()] == [([url], [match])]


@pytest.mark.parametrize("source", ["wayback:", "wayback:news", "wayback:a.example/*/b", "wayback:ftp://x y"])
def test_what_names_no_site_is_told(reader: Reader, source: str) -> None:
    with pytest.raises(UsageError, match=r"wayback:example\.org/news/\*"):
        reader.parts(source)


def test_dates_without_captures_are_told(reader: Reader) -> None:
    with pytest.raises(UsageError, match="until yesterday"):
        reader.parts("wayback:gazette.example", Wanted(captured=Period(BEGAN)))


def test_years_that_are_over_and_months_of_the_current_one(reader: Reader, clock: FastClock) -> None:
    names = [part.name for part in reader.parts("wayback:gazette.example")]
    assert len(names) == len(set(names)) == 30 + 3
    periods = [parse_qs(name.partition("?")[2]) for name in names]
    bounds = [(one["from"][0], one["to"][0]) for one in periods]
    assert bounds[0] == ("19960101000000", "19961231235959")
    assert bounds[-2:] == [("20260201000000", "20260228235959"), ("20260301000000", "20260314235959")]
    later = clock.slowed(SPEED, timedelta(days=1))
    again = [part.name for part in Reader(reader.coast, later, reader.lists).parts("wayback:gazette.example")]
    assert again[:-1] == names[:-1]
    assert again[-1] != names[-1]


def test_one_request_at_a_time_and_slowly(archive: Archive, reader: Reader) -> None:
    hold_year(archive, 6)
    steps = reader.with_lists(rows=2).read("wayback:gazette.example", IN_2019)
    assert len(items(steps)) == 6
    asked = archive.coast.log
    assert len(asked) == 3 + 6
    gaps = [(later.at - one.at).total_seconds() for one, later in itertools.pairwise(asked)]
    assert min(gaps) >= 4.0
    assert all(one.ended and one.ended <= later.began for one, later in itertools.pairwise(asked))


def test_the_next_part_waits_too(archive: Archive, reader: Reader) -> None:
    reader.read(
        "wayback:gazette.example",
        Wanted(captured=Period(datetime(2015, 1, 1, tzinfo=UTC), datetime(2019, 1, 1, tzinfo=UTC))),
    )
    times = [asked.at for asked in archive.coast.log]
    assert len(times) == 4
    assert all((later - one).total_seconds() >= 4.0 for one, later in itertools.pairwise(times))


def test_the_index_is_asked_by_its_keys(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 10)
    steps = reader.with_lists(rows=3).read("wayback:gazette.example", IN_2019)
    assert [item.capture.url for item in items(steps)] == [one.url for one in held]
    assert [step.position for step in steps] == list(range(10))
    keys = [one.get("resumeKey") for one in archive.queries()]
    assert len(keys) == 4
    assert keys[0] is None
    assert len({str(key) for key in keys}) == 4


def test_a_server_without_keys_is_asked_for_shorter_periods(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 40)
    archive.keys = False
    steps = reader.with_lists(rows=16).read("wayback:gazette.example", IN_2019)
    assert sorted(str(item.capture.url) for item in items(steps)) == [one.url for one in held]


def test_a_server_of_the_pywb_kind(archive: Archive, reader: Reader) -> None:
    names = ("urlkey", "timestamp", "url", "mime", "status", "digest")
    one = Held("20190203040506", f"{SITE}/a", digest="A")
    archive.hold(one, page())
    revisit = ("example,gazette)/a", "20190303040506", f"{SITE}/a", "warc/revisit", "200", "A")
    lines = "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in (one.row, revisit))
    archive.coast.at("archive.example/cdx/search/cdx", Reply(200, lines.encode()))
    steps = reader.read("wayback:gazette.example", IN_2019)
    assert len(items(steps)) == 1
    assert steps[1].passed is Passed.REVISIT
    nothing = json.dumps({"message": "No Captures found for: gazette.example"}).encode()
    archive.coast.at("archive.example/cdx/search/cdx", Reply(404, nothing))
    assert reader.read("wayback:gazette.example", IN_2019) == []


def test_unchanged_captures_are_asked_for_once(archive: Archive, reader: Reader) -> None:
    for month, digest in enumerate("AAABBA", 1):
        archive.hold(Held(f"2019{month:02}01000000", f"{SITE}/a", digest=digest), page(digest))
    steps = reader.read("wayback:gazette.example", IN_2019)
    assert archive.replayed() == ["20190101000000", "20190401000000", "20190601000000"]
    assert len(items(steps)) == 3


def test_what_is_not_wanted_is_not_asked_for(archive: Archive, reader: Reader) -> None:
    archive.hold(Held("20190101000000", f"{SITE}/a.pdf", media_type="application/pdf"), page())
    archive.hold(Held("20190101000000", f"{SITE}/a.png", media_type="image/png"), page())
    archive.hold(Held("20190101000000", f"{SITE}/b"), page())
    archive.hold(Held("20190101000000", "http://shop.gazette.example/c"), page())
    archive.hold(Held("20181231235959", f"{SITE}/d"), page())
    wanted = Wanted(captured=IN_2019.captured, publishers=frozenset({"shop.gazette.example"}))
    steps = reader.read("wayback:*.gazette.example", wanted)
    assert [item.capture.url for item in items(steps)] == ["http://shop.gazette.example/c"]
    assert [step.passed for step in steps] == [Passed.PUBLISHER, Passed.PUBLISHER, None]
    assert len(archive.replayed()) == 1


@pytest.mark.parametrize(
    "media_types", [frozenset({"application/json"}), frozenset({"text/html", "text/plain"})]
)
def test_media_types_that_are_wanted(archive: Archive, reader: Reader, media_types: frozenset[str]) -> None:
    for name in ("application/json", "text/html", "text/plain", "application/pdf"):
        archive.hold(
            Held("20190101000000", f"{SITE}/{name}", media_type=name),
            Reply(200, b"{}").having(content_type=name),
        )
    steps = reader.read("wayback:gazette.example", Wanted(IN_2019.captured, media_types=media_types))
    assert {item.capture.media_type for item in items(steps)} == media_types
    assert len(archive.replayed()) == len(media_types)


def test_a_row_that_cannot_be_had_is_one_refusal(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 4)
    archive.coast.at(archive.place(held[1]), Reply(404, b"gone"))
    archive.coast.at(archive.place(held[2]), Reply(500, b"down"))
    steps = reader.read("wayback:gazette.example", IN_2019)
    assert [step.position for step in steps] == [0, 1, 2, 3]
    assert reasons(steps) == ["http_error", "http_error"]
    assert [one.dropped.detail.split(":")[0] for one in refusals(steps)] == ["HTTP 404", "HTTP 500"]
    assert archive.replayed().count(held[1].stamp) == 1
    tries = [asked.at for asked in archive.coast.asked(archive.place(held[2]))]
    assert len(tries) == 4
    gaps = [(later - one).total_seconds() for one, later in itertools.pairwise(tries)]
    assert all(gap >= least for gap, least in zip(gaps, (5, 20, 80), strict=True))


def test_another_capture_is_not_taken_for_the_one_asked_for(archive: Archive, reader: Reader) -> None:
    (one,) = hold_year(archive, 1)
    other = f"/web/20190707000000id_/{one.url}"
    archive.coast.at(archive.place(one), Reply(302).having(location=other))
    archive.coast.at(f"archive.example{other}", page())
    steps = reader.read("wayback:gazette.example", IN_2019)
    assert reasons(steps) == ["http_error"]
    assert "20190707000000" in refusals(steps)[0].dropped.detail


def test_too_many_requests_mean_a_rest_that_doubles(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 2)
    archive.coast.at(archive.place(held[0]), Reply(429), Reply(429), page())
    assert len(items(reader.read("wayback:gazette.example", IN_2019))) == 2
    rests = rests_after(archive.coast.log, 429)
    assert 60 <= rests[0] < 120 <= rests[1]


def test_the_rest_that_is_asked_for_is_kept(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 1)
    archive.coast.at(archive.place(held[0]), Reply(503).having(retry_after="300"), page())
    assert len(items(reader.read("wayback:gazette.example", IN_2019))) == 1
    assert rests_after(archive.coast.log, 503)[0] >= 300


def rests_after(log: list[Asked], status: int) -> list[float]:
    """The seconds from each such answer to the next request."""
    pairs = itertools.pairwise(log)
    return [(later.at - one.at).total_seconds() for one, later in pairs if one.reply.status == status]


def test_an_archive_that_goes_on_saying_no_ends_the_part(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 3)
    archive.coast.at(archive.place(held[1]), Reply(429))
    steps = reader.read("wayback:gazette.example", IN_2019)
    assert [step.position for step in steps] == [0, 1]
    assert reasons(steps) == ["unreadable"]
    archive.coast.at(archive.place(held[1]), page())
    rest = reader.read("wayback:gazette.example", IN_2019, begin=1)
    assert [step.position for step in rest] == [1, 2]
    assert len(items(rest)) == 2


def test_a_rest_of_a_day_is_not_waited_for(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 2)
    archive.coast.at(archive.place(held[0]), Reply(503).having(retry_after="86000"))
    steps = reader.read("wayback:gazette.example", IN_2019)
    assert reasons(steps) == ["unreadable"]
    assert "left alone until 2026-03-16" in refusals(steps)[0].dropped.detail
    assert len(archive.replayed()) == 1


def test_reading_on_asks_for_nothing_before(archive: Archive, reader: Reader) -> None:
    held = hold_year(archive, 9)
    steps = reader.with_lists(rows=4).read("wayback:gazette.example", IN_2019, begin=6)
    assert [step.position for step in steps] == [6, 7, 8]
    assert archive.replayed() == [one.stamp for one in held[6:]]


def test_an_index_that_cannot_be_read_ends_the_part(archive: Archive, reader: Reader) -> None:
    archive.coast.at("archive.example/cdx/search/cdx", Reply(200, b"<html>Maintenance</html>"))
    steps = reader.read("wayback:gazette.example", IN_2019)
    assert reasons(steps) == ["unreadable"]
    assert "no answer of a CDX server" in refusals(steps)[0].dropped.detail


def test_without_a_network_the_part_ends(archive: Archive, reader: Reader) -> None:
    away = reader.with_lists(cdx_url="http://archive.nowhere/cdx", wait_seconds=1.0)
    steps = away.read("wayback:gazette.example", IN_2019)
    assert [(step.position, reasons([step])) for step in steps] == [(0, ["unreadable"])]
    assert archive.coast.log == []
    hold_year(archive, 3)
    steps = reader.with_lists(replay_url="http://archive.nowhere/web").read(
        "wayback:gazette.example", IN_2019
    )
    assert [(step.position, reasons([step])) for step in steps] == [(0, ["unreadable"])]
    assert len(archive.queries()) == 1


def test_closing_ends_requests_and_threads(archive: Archive, reader: Reader) -> None:
    hold_year(archive, 30)
    before = threading.active_count()
    (part,) = reader.parts("wayback:gazette.example", IN_2019)
    steps = part.read(Reading(LIMITS, wanted=IN_2019))
    first = next(steps)
    assert first.position == 0
    assert threading.active_count() == before + 1
    began = time.monotonic()
    steps.close()
    assert time.monotonic() - began < 2
    assert threading.active_count() == before
    asked = len(archive.coast.log)
    time.sleep(0.2)
    assert len(archive.coast.log) == asked < 31


def test_bytes_are_told_in_the_thread_of_the_caller(archive: Archive, reader: Reader) -> None:
    hold_year(archive, 3)
    told: list[tuple[int, int]] = []
    (part,) = reader.parts("wayback:gazette.example", IN_2019)
    read = Reading(LIMITS, on_bytes=lambda count: told.append((threading.get_ident(), count)))
    found = items(list(part.read(read)))
    assert told == [(threading.get_ident(), len(item.block or b"")) for item in found]


@pytest.mark.parametrize(("many", "is_paged"), [(1_000_000, True), (120_000, False)])
def test_a_million_rows_take_little_memory(coast: Site, reader: Reader, many: int, is_paged: bool) -> None:
    """By resume keys; and from a server that gives all of a period at once, so that it is halved."""
    coast.at("archive.example/cdx/search/cdx", Million(many, is_paged))
    wanted = Wanted(captured=IN_2019.captured, publishers=frozenset({"other.example"}))
    (part,) = reader.parts("wayback:gazette.example", wanted)
    begin, most = resident(), 0
    position = -1
    for step in part.read(Reading(LIMITS, wanted=wanted)):
        assert step.passed is Passed.PUBLISHER
        assert step.position == position + 1
        position = step.position
        if position % 20_000 == 0:
            most = max(most, resident())
    assert position == many - 1
    assert most - begin < 128 * 1024 * 1024


def resident() -> int:
    """Bytes of memory that this process takes now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Million:
    """An index of rows that are made on the fly, evenly over a year."""

    def __init__(self, many: int, is_paged: bool) -> None:
        self.many, self.is_paged = many, is_paged
        self.begin = datetime(2019, 1, 1, tzinfo=UTC)
        self.every = timedelta(days=365) / many
        self.days = [f"{self.begin + timedelta(days=day):%Y%m%d}" for day in range(365)]

    def __call__(self, asked: Asked, _: datetime) -> Reply:
        query = parse_qs(asked.path.partition("?")[2])
        since, last = (
            datetime.strptime(query[name][0], "%Y%m%d%H%M%S").replace(tzinfo=UTC) for name in ("from", "to")
        )
        first = int(query.get("resumeKey", ["0"])[0]) or -((self.begin - since) // self.every)
        end = min(self.many, (last + timedelta(seconds=1) - self.begin) // self.every)
        until = min(end, first + int(query["limit"][0])) if self.is_paged else end
        rows = ",".join(self._row(number) for number in range(first, until))
        key = f',[],["{until}"]' if self.is_paged and until < end else ""
        names = '["urlkey","timestamp","original","mimetype","statuscode","digest"]'
        body = f"[{names},{rows}{key}]" if rows else "[]"
        return Reply(200, gzip.compress(body.encode(), 1)).having(content_encoding="gzip")

    def _row(self, number: int) -> str:
        day, seconds = divmod(int(self.every.total_seconds() * number), 86400)
        hour, seconds = divmod(seconds, 3600)
        at = f"{self.days[day]}{hour:02}{seconds // 60:02}{seconds % 60:02}"
        return f'["example,gazette)/{number}","{at}","{SITE}/news/{number}","text/html","200","{number:032}"]'
