"""Archives on the network: the same steps as from disk, from any place on; lists of paths; CC-NEWS."""

import gzip
import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.acquire.ranged import Patience
from pipeline.acquire.remote import Reach, is_remote, parts_of_remote
from pipeline.archive.parts import Part, Reading, Step
from pipeline.archive.sources import list_parts
from pipeline.archive.wanted import ANYTHING, Period, Wanted
from pipeline.dispositions import Reason
from pipeline.errors import SourceError, UsageError
from pipeline.records import Item, Refusal
from tests.acquire.ranges import Shelf, shelf
from tests.archive.samples import AT, LIMITS, packed, record, response

CHANCE = random.Random(3)
WARC = packed(record(n, response(b"<p>" + CHANCE.randbytes(5_000).hex().encode())) for n in range(200))
ROWS = b"".join(b'{"text": "row %d"}\n' % n for n in range(50))
HASTY = Patience(first=0.0, attempts=2, sleep=lambda _: None)


@pytest.fixture
def held() -> Iterator[Shelf]:
    with shelf() as found:
        found.files = {"/crawl.warc.gz": WARC, "/rows.jsonl.gz": gzip.compress(ROWS)}
        yield found


def parts(held: Shelf, source: str, wanted: Wanted = ANYTHING) -> list[Part]:
    reach = Reach(held.network(), held.url("/"), patience=HASTY)
    return list(parts_of_remote(source, reach, wanted, AT))


def told(steps: Iterator[Step]) -> list[tuple[int, object, object]]:
    """Each step without the name of its file."""
    return [
        (one.position, one.passed, one.found.capture if isinstance(one.found, Item) else one.found)
        for one in steps
    ]


@pytest.mark.parametrize("name", ["crawl.warc.gz", "rows.jsonl.gz"])
def test_the_same_as_from_disk_and_from_any_place_on(held: Shelf, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(held.files[f"/{name}"])
    (local,) = list_parts(str(path), AT)
    (remote,) = parts(held, held.url(f"/{name}"))
    reading = Reading(LIMITS)
    steps = list(remote.read(reading))
    times = [{one.found.capture.url for one in steps if isinstance(one.found, Item)}]
    assert times[0] == {one.found.capture.url for one in local.read(reading) if isinstance(one.found, Item)}
    held.cut_after = [10_000, 5_000]
    assert told(iter(steps)) == told(remote.read(reading))
    for at in (1, len(steps) // 2, len(steps) - 1):
        begin = steps[at].position
        held.asked.clear()
        assert told(remote.read(replace(reading, begin=begin))) == told(iter(steps[at:]))
        if name.endswith(".warc.gz"):
            assert held.asked == [(f"/{name}", begin)]


def test_bytes_are_told(held: Shelf) -> None:
    told_bytes: list[int] = []
    (part,) = parts(held, held.url("/crawl.warc.gz"))
    assert len(list(part.read(Reading(LIMITS, on_bytes=told_bytes.append)))) == 200
    assert sum(told_bytes) == len(WARC)


def test_what_cannot_be_had_is_unreadable(held: Shelf) -> None:
    held.cut_after = [len(WARC) // 2, 0, 0, 0]
    (part,) = parts(held, held.url("/crawl.warc.gz"))
    last = list(part.read(Reading(LIMITS)))[-1]
    assert isinstance(last.found, Refusal)
    assert last.found.dropped.reason is Reason.UNREADABLE
    assert last.position > 0
    held.cut_after = []
    rest = list(part.read(Reading(LIMITS, begin=last.position)))
    assert 90 < len(rest) < 130
    assert all(isinstance(one.found, Item) for one in rest)


def test_files_in_a_wacz_file(held: Shelf) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packing:
        packing.writestr("archive/b.warc.gz", WARC)
        packing.writestr("archive/a.warc.gz", packed([record(1)]))
    held.files["/site.wacz"] = whole.getvalue()
    found = parts(held, held.url("/site.wacz"))
    assert [one.name.partition("!")[2] for one in found] == ["archive/a.warc.gz", "archive/b.warc.gz"]
    assert [len(list(one.read(Reading(LIMITS)))) for one in found] == [1, 200]
    held.files["/site.wacz"] = b"no ZIP file"
    (part,) = parts(held, held.url("/site.wacz"))
    (step,) = part.read(Reading(LIMITS))
    assert isinstance(step.found, Refusal)
    assert step.found.dropped.reason is Reason.CORRUPT


NAMES = [
    f"crawl-data/CC-NEWS/2026/02/CC-NEWS-202602{day:02}120000-00{day:03}.warc.gz" for day in range(1, 29)
]


@pytest.fixture
def month(held: Shelf) -> Shelf:
    held.files["/crawl-data/CC-NEWS/2026/02/warc.paths.gz"] = gzip.compress("\n".join(NAMES).encode())
    return held


def test_a_month_and_a_day_of_cc_news(month: Shelf) -> None:
    assert [one.name for one in parts(month, "cc-news:2026-02")] == [month.url(f"/{name}") for name in NAMES]
    days = [day_of(one) for one in parts(month, "cc-news:2026-02-10")]
    assert days == ["08", "09", "10"]  # a file may hold records of two days after its first one


def day_of(part: Part) -> str:
    return part.name.rpartition("CC-NEWS-")[2][6:8]


def test_files_outside_the_dates_are_not_opened(month: Shelf) -> None:
    period = Period(datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 2, 12, tzinfo=UTC))
    found = parts(month, "cc-news:2026-02", Wanted(captured=period))
    assert [day_of(one) for one in found] == ["08", "09", "10", "11"]
    assert len(month.asked) == 1


def test_a_list_of_paths_on_disk(month: Shelf, tmp_path: Path) -> None:
    (tmp_path / "here.jsonl").write_bytes(ROWS)
    lines = [month.url("/crawl.warc.gz"), NAMES[0], str(tmp_path / "here.jsonl")]
    listing = tmp_path / "some.paths"
    listing.write_text("\n".join(lines) + "\n\n")
    assert is_remote(str(listing))
    found = parts(month, str(listing))
    assert [one.name for one in found] == [lines[0], month.url(f"/{NAMES[0]}"), lines[2]]


def test_a_list_on_the_network_names_no_file_of_this_machine(held: Shelf, tmp_path: Path) -> None:
    (tmp_path / "here.jsonl").write_bytes(ROWS)
    held.files["/some.paths"] = str(tmp_path / "here.jsonl").encode()
    (part,) = parts(held, held.url("/some.paths"))
    assert part.name.startswith(held.url("/"))


def test_a_list_on_the_network_names_no_object_of_ours(held: Shelf) -> None:
    held.files["/some.paths"] = b"s3://ours/secret.warc.gz\n"
    (part,) = parts(held, held.url("/some.paths"))
    (step,) = part.read(Reading(LIMITS))
    assert isinstance(step.found, Refusal)
    assert "our credentials" in step.found.dropped.detail


def test_a_list_without_end_is_refused(held: Shelf) -> None:
    held.files["/bomb.paths.gz"] = gzip.compress(bytes(70 << 20))
    with pytest.raises(SourceError, match="more than 64 MiB"):
        parts(held, held.url("/bomb.paths.gz"))


def test_a_list_that_cannot_be_had(held: Shelf) -> None:
    with pytest.raises(SourceError, match="status 404"):
        parts(held, "cc-news:2026-03")
    held.files["/broken.paths.gz"] = b"no gzip"
    with pytest.raises(SourceError, match="no list of paths"):
        parts(held, held.url("/broken.paths.gz"))


@pytest.mark.parametrize("day", ["", "2026", "2026-13", "2026-02-30", "02-2026"])
def test_what_is_no_month(held: Shelf, day: str) -> None:
    with pytest.raises(UsageError, match="write a month, cc-news:2026-02"):
        parts(held, f"cc-news:{day}")


def test_what_is_on_the_network() -> None:
    assert is_remote("https://news.example/a.warc.gz")
    assert is_remote("warc.paths.gz")
    assert not is_remote("a.warc.gz")
    assert not is_remote("-")
