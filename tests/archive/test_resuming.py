"""Marks: where a backfill goes on, and what it does not read again."""

import errno
import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Timer
from typing import cast

import pytest

from pipeline.archive.formats import Opened, reader_for, steps_of
from pipeline.archive.parts import Part, Reading, Step, Steps
from pipeline.archive.sources import list_parts, read_source
from pipeline.archive.wanted import Passed, Period, Wanted
from pipeline.backfill import BESIDE_REST, Backfill, Plan, Tally, Watcher
from pipeline.batch import Hooks, Report, Run
from pipeline.dispositions import Reason
from pipeline.errors import LockedError
from pipeline.records import Dropped, Refusal
from pipeline.settings import Limits
from pipeline.warehouse.load import Loaded
from pipeline.warehouse.lock import WATCH_LOCK, is_watched, watch_lock, writer_lock
from tests.archive.samples import AT, told
from tests.warehouse.corpus import body
from tests.warehouse.loading import INFO, in_loads_of, open_warehouse

ROWS = 10
LIMITS = Limits(batch_items=in_loads_of(3))
GERMAN = (
    "Der Gemeinderat der Hafenstadt hat am Montag nach langer Beratung eine neue Brücke beschlossen. "
    "Die Arbeiten sollen zwei Jahre dauern, und bis dahin fahren die Fähren wie bisher über den Fluss. "
    "Die Kosten werden auf vierzig Millionen Euro geschätzt, sagte die Bürgermeisterin am Abend."
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A warehouse with batches of three items."""
    with open_warehouse(tmp_path / "data") as opened:
        yield replace(opened, settings=replace(opened.settings, limits=LIMITS))


def line(number: int, **more: str) -> str:
    row = {"url": f"https://n.example/{number}", "title": f"Title {number}", "text": body(number, 0)}
    return json.dumps(row | more) + "\n"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A file of rows."""
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(line(number) for number in range(ROWS)))
    return path


def backfilled(run: Run, source: Path | Part, plan: Plan | None = None) -> tuple[Report, Tally, list[int]]:
    """One backfill: its report, what it went through, and the places at which its parts began."""
    begun: list[int] = []
    work = Backfill(plan or Plan(), run.settings.limits, Watcher(on_part=lambda _, at: begun.append(at)))
    parts = [source] if isinstance(source, Part) else list_parts(str(source), AT)
    return work.run(parts, INFO, run), work.tally, begun


def count(run: Run, table: str) -> int:
    rows = run.connection.execute(f"select count(*) from {table}").fetchall()
    return int(rows[0][0])


def test_a_part_that_has_ended_is_not_read_again(run: Run, rows: Path) -> None:
    report, tally, begun = backfilled(run, rows)
    assert (report.loaded.ended.total(), report.held, begun) == (ROWS, 0, [0])
    assert (tally.parts, tally.ended, tally.ended_earlier) == (1, 1, 0)
    report, tally, begun = backfilled(run, rows)
    assert (report.items, begun, tally.bytes) == (0, [], 0)
    assert (tally.parts, tally.ended, tally.ended_earlier) == (1, 1, 1)


@pytest.mark.parametrize(("reading", "loading", "sizes"), [(0.0, 0.2, [3, 3, 1]), (0.2, 0.0, [1] * 7)])
def test_a_slow_source_ends_a_batch_early_and_a_slow_load_does_not(
    monkeypatch: pytest.MonkeyPatch, reading: float, loading: float, sizes: list[int]
) -> None:
    def read(_: Reading) -> Steps:
        for number in range(7):
            time.sleep(reading)
            yield Step(number, Refusal(str(number), Dropped("read", Reason.CORRUPT, "a test")))

    monkeypatch.setattr("pipeline.backfill.BATCH_SECONDS", 0.1)
    found = []
    for portion in Backfill(Plan(), LIMITS).gather([Part("p", "1", None, read)], {}, bool):
        found.append(len(portion.found))
        time.sleep(loading)
    assert [size for size in found if size] == sizes


def test_batches_are_small_beside_a_watch(monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path) -> None:
    monkeypatch.setattr("pipeline.backfill.BESIDE_BYTES", 100)  # less than a row
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(line(number) for number in range(8)))
    is_beside = partial(is_watched, run.settings)
    portions = Backfill(Plan(), LIMITS, None, is_beside).gather(list_parts(str(rows), AT), {}, bool)
    with watch_lock(run.settings):
        found = [len(next(portions).found) for _ in range(3)]
    found += [len(portion.found) for portion in portions]
    assert found == [1, 1, 1, 3, 2]  # a batch is as large as may be when its first item comes


@pytest.mark.parametrize(("seconds", "sizes"), [(1e-6, [6, 6, 2, 2, 2, 2]), (1e6, [6, 6, 6, 2])])
def test_loads_beside_a_watch_are_as_large_as_their_time_allows(
    monkeypatch: pytest.MonkeyPatch, run: Run, rows: Path, seconds: float, sizes: list[int]
) -> None:
    monkeypatch.setattr("pipeline.backfill.BESIDE_SECONDS", seconds)
    monkeypatch.setattr("pipeline.backfill.BESIDE_ITEMS", 2)
    monkeypatch.setattr("pipeline.backfill.BESIDE_REST", 0.0)
    rows.write_text("".join(line(number) for number in range(20)))
    loads: list[int] = []
    watcher = Watcher(on_loaded=lambda loaded: loads.append(loaded.ended.total()))
    run = replace(run, settings=replace(run.settings, limits=Limits(batch_items=in_loads_of(6))))
    work = Backfill(Plan(), run.settings.limits, watcher, partial(is_watched, run.settings))
    with watch_lock(run.settings):
        work.run(list_parts(str(rows), AT), INFO, run)
    assert loads == sizes  # the second was cut before the first was loaded


def test_a_watch_has_the_tables_for_two_thirds_of_the_time(run: Run, rows: Path) -> None:
    rows.write_text("".join(line(number) for number in range(8)))
    loads: list[tuple[float, float]] = []
    watcher = Watcher(on_loaded=lambda loaded: loads.append((time.monotonic(), loaded.seconds)))
    run = replace(run, settings=replace(run.settings, limits=Limits(batch_items=in_loads_of(2))))
    work = Backfill(Plan(), run.settings.limits, watcher, partial(is_watched, run.settings))
    with watch_lock(run.settings):
        work.run(list_parts(str(rows), AT), INFO, run)
    rests = [(after - seconds - before) / loading for (before, loading), (after, seconds) in pairwise(loads)]
    assert len(rests) == 3
    assert min(rests) >= BESIDE_REST


@pytest.mark.parametrize("is_beside", [False, True], ids=["no watch", "told to stop"])
def test_nobody_is_waited_for_in_vain(
    monkeypatch: pytest.MonkeyPatch, run: Run, rows: Path, is_beside: bool
) -> None:
    monkeypatch.setattr("pipeline.backfill.BESIDE_REST", 1e6)
    rows.write_text("".join(line(number) for number in range(8)))
    loads: list[Loaded] = []
    hooks = Hooks(should_stop=lambda: is_beside and bool(loads))
    run = replace(run, settings=replace(run.settings, limits=Limits(batch_items=in_loads_of(2))), hooks=hooks)
    watcher = Watcher(on_loaded=loads.append)
    Backfill(Plan(), run.settings.limits, watcher, lambda: is_beside).run(
        list_parts(str(rows), AT), INFO, run
    )
    assert (len(loads) < 4) == is_beside


def test_whether_there_is_a_watch_is_asked_without_keeping_one_away(run: Run) -> None:
    assert not is_watched(run.settings)
    with watch_lock(run.settings):
        assert is_watched(run.settings)
        with pytest.raises(LockedError, match="another `newsflow watch`"), watch_lock(run.settings):
            pass
    asking = ExitStack()
    asking.enter_context(writer_lock(run.settings, lambda: None, WATCH_LOCK))
    Timer(0.2, asking.close).start()
    with watch_lock(run.settings):
        assert is_watched(run.settings)
    assert not is_watched(run.settings)


def test_with_restart_everything_is_read_and_left_alone(run: Run, rows: Path) -> None:
    backfilled(run, rows)
    report, tally, begun = backfilled(run, rows, Plan(restart=True))
    assert (report.loaded.ended.total(), report.held, begun) == (0, ROWS, [0])
    assert tally.ended_earlier == 0
    assert count(run, "articles") == ROWS


def test_a_changed_file_is_read_from_its_beginning(run: Run, rows: Path) -> None:
    backfilled(run, rows)
    with rows.open("a") as file:
        file.write(line(ROWS))
    report, _, begun = backfilled(run, rows)
    assert (report.loaded.ended.total(), report.held, begun) == (1, ROWS, [0])
    os.utime(rows, ns=(1, 1))  # of the same size
    assert backfilled(run, rows)[2] == [0]
    assert count(run, "marks") == 1


def test_a_stop_leaves_a_mark_at_which_the_next_run_goes_on(run: Run, rows: Path) -> None:
    hooks = Hooks(should_stop=lambda: count(run, "batches") >= 1)
    work = Backfill(Plan(), run.settings.limits)
    report = work.run(list_parts(str(rows), AT), INFO, replace(run, hooks=hooks))
    assert report.stopped
    assert report.held == 0
    assert 0 < report.items < ROWS
    later, tally, begun = backfilled(run, rows)
    assert begun == [report.items]
    assert (later.loaded.ended.total(), later.held) == (ROWS - report.items, 0)
    assert tally.ended == 1
    assert run.connection.execute("select position, is_done, items from marks").fetchall() == [
        (ROWS - 1, True, ROWS)
    ]


def test_each_filter_has_marks_of_its_own(run: Run, rows: Path) -> None:
    none = Plan(Wanted(publishers=frozenset({"else.example"})))
    report, tally, _ = backfilled(run, rows, none)
    assert (report.items, tally.passed) == (0, {Passed.PUBLISHER: ROWS})
    assert count(run, "captures") == count(run, "batches") == 0
    assert backfilled(run, rows, none)[2] == []
    report, _, begun = backfilled(run, rows)
    assert (report.loaded.ended.total(), begun) == (ROWS, [0])
    assert count(run, "marks") == 2


def test_what_is_wanted_of_articles_is_kept_and_nothing_else(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    english, german = body(1, 0), GERMAN
    path.write_text(
        line(1, text=english, published_at="2026-01-31T23:59:59Z")
        + line(2, text=english, published_at="2026-02-01")
        + line(3, text=german, published_at="2026-02-01")
        + line(4, text=english)
        + line(5, text=english, published_at="2026-03-01")
        + line(6, text="", html="<p></p>")
        + "not json\n"
    )
    period = Period(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    report, tally, _ = backfilled(run, path, Plan(Wanted(published=period, languages=frozenset({"en"}))))
    assert run.connection.execute("select url from captures").fetchall() == [("https://n.example/2",)]
    assert count(run, "rejects") == 1
    assert tally.passed == {Passed.PUBLISHED_AT: 3, Passed.LANGUAGE: 1, Passed.NO_ARTICLE: 1}
    assert (report.items, report.held) == (2, 0)
    kept = read_source(str(run.settings.captures), Limits(), AT)
    assert sorted(told(kept)) == ["https://n.example/2", "invalid_json"]
    report, _, begun = backfilled(run, path, Plan(Wanted(languages=frozenset({"de"}))))
    assert (report.items, report.held, begun) == (3, 2, [0])  # the German one is new


class Breaking(io.RawIOBase):
    """A disk that gives an error from some byte on."""

    def __init__(self, data: bytes, breaks_at: int) -> None:
        self._data = io.BytesIO(data)
        self._breaks_at = breaks_at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._data.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        left = self._breaks_at - self._data.tell()
        if left <= 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self._data.read(left if size < 0 else min(size, left))


def part_of(data: bytes, breaks_at: int) -> Part:
    def read(stream: Breaking, reading: Reading) -> Steps:
        opened = Opened("rows.jsonl", cast("io.BufferedReader", stream), AT, reading)
        yield from steps_of(opened, reader_for("rows.jsonl"))

    return Part("rows.jsonl", "same", len(data), partial(read, Breaking(data, breaks_at)))


def test_a_part_that_cannot_be_read_to_its_end_is_not_done(run: Run, rows: Path) -> None:
    data = rows.read_bytes()
    breaks_at = len(b"".join(data.splitlines(keepends=True)[:5]))
    report, tally, _ = backfilled(run, part_of(data, breaks_at))
    assert tally.ended == 0
    assert [*report.loaded.reasons] == ["unreadable"]
    loaded = count(run, "captures")
    assert loaded == 5
    report, tally, begun = backfilled(run, part_of(data, len(data) + 1))
    assert begun == [4]
    assert (report.loaded.ended.total(), report.held, tally.ended) == (ROWS - 5, 1, 1)
    assert backfilled(run, part_of(data, len(data) + 1))[2] == []
    assert count(run, "captures") == ROWS


def test_counting_writes_nothing(run: Run, rows: Path, tmp_path: Path) -> None:
    before = sorted(path for path in (tmp_path / "data").rglob("*"))
    with rows.open("a") as file:
        file.write("not json\n")
    counted = Backfill(Plan(), run.settings.limits).count(list_parts(str(rows), AT), {}, bool)
    assert (counted.items, dict(counted.refused)) == (ROWS, {"invalid_json": 1})
    assert sorted(path for path in (tmp_path / "data").rglob("*")) == before
    assert count(run, "marks") == 0
