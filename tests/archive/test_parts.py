"""Parts and what is wanted of them: each filter, the names of columns, and where reading goes on."""

import gzip
import json
import os
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.archive import http
from pipeline.archive.parts import Reading, Step
from pipeline.archive.sources import list_parts, read_source
from pipeline.archive.wanted import ANYTHING, Passed, Period, Wanted
from pipeline.archive.writing import BatchInfo
from pipeline.batch import write_captures
from pipeline.dispositions import Reason
from pipeline.records import Item
from pipeline.settings import Limits
from tests.archive.samples import AT, LIMITS, TEXT, found_in, packed, record, refusals_of, response, told
from tests.warehouse.loading import open_warehouse

ADDRESSES = ["https://news.example/1", "https://sport.news.example/2", "https://fakenews.example/3", None]
JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))


def steps(
    path: Path, wanted: Wanted = ANYTHING, begin: int = 0, columns: dict[str, str] | None = None
) -> list[Step]:
    """What all parts of a path give."""
    reading = Reading(LIMITS, begin, wanted, columns or {})
    return [step for part in list_parts(str(path), AT) for step in part.read(reading)]


def passed_in(found: list[Step]) -> Counter[Passed]:
    return Counter(step.passed for step in found if step.passed is not None)


def row(url: str | None, fetched_at: str | None = None) -> dict[str, str]:
    named = {"url": url, "text": TEXT, "fetched_at": fetched_at}
    return {name: value for name, value in named.items() if value is not None}


def rows_file(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as JSON lines, CSV or Parquet, as the name says."""
    if path.suffix == ".parquet":
        lines = rows_file(path.with_suffix(".jsonl"), rows)
        duckdb.read_json(str(lines)).write_parquet(str(path))
        lines.unlink()
    elif path.suffix == ".csv":
        names = list(rows[0])
        lines_of = [
            ",".join(json.dumps(one.get(name, "")).replace("\\n", "\n") for name in names) for one in rows
        ]
        path.write_text("\n".join([",".join(names), *lines_of]) + "\n")
    else:
        path.write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    return path


def test_of_a_publisher_are_its_host_and_those_below_it(tmp_path: Path) -> None:
    path = rows_file(tmp_path / "rows.jsonl", [row(url) for url in ADDRESSES])
    found = steps(path, Wanted(publishers=frozenset({"news.example"})))
    assert told(found_in(found)) == ADDRESSES[:2]
    assert passed_in(found) == {Passed.PUBLISHER: 2}
    assert told(found_in(steps(path, Wanted(publishers=frozenset({"sport.news.example"}))))) == ADDRESSES[1:2]


def test_a_period_holds_its_first_moment_and_not_its_end(tmp_path: Path) -> None:
    before = FEBRUARY - timedelta(microseconds=1)
    times = [before, FEBRUARY, MARCH - timedelta(microseconds=1), MARCH]
    path = rows_file(
        tmp_path / "rows.jsonl", [row(f"https://n.example/{at}", at.isoformat()) for at in times]
    )
    for period, kept in (
        (Period(FEBRUARY, MARCH), times[1:3]),
        (Period(since=FEBRUARY), times[1:]),
        (Period(until=FEBRUARY), times[:1]),
    ):
        found = steps(path, Wanted(captured=period))
        assert [one.capture.fetched_at for one in found_in(found) if isinstance(one, Item)] == kept
        assert passed_in(found) == {Passed.CAPTURED_AT: 4 - len(kept)}


def test_what_does_not_say_when_it_was_captured_has_the_time_of_its_file(tmp_path: Path) -> None:
    for name, data in (("a.txt", TEXT), ("rows.jsonl", json.dumps(row(None)))):
        path = tmp_path / name
        path.write_text(data)
        os.utime(path, (JANUARY.timestamp(), JANUARY.timestamp()))
        assert passed_in(steps(path, Wanted(captured=Period(FEBRUARY)))) == {Passed.CAPTURED_AT: 1}
        assert len(found_in(steps(path, Wanted(captured=Period(until=FEBRUARY))))) == 1


def test_records_are_filtered_by_their_headers(tmp_path: Path) -> None:
    path = tmp_path / "web.warc.gz"
    records = [record(number) for number in range(1, 6)]  # one a day from the second of February on
    path.write_bytes(packed([*records, record(6, kind="revisit"), record(7, kind="request")]))
    found = steps(
        path, Wanted(captured=Period(datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)))
    )
    assert told(found_in(found)) == ["https://news.example/2", "https://news.example/3"]
    assert passed_in(found) == {Passed.CAPTURED_AT: 3, Passed.REVISIT: 1, Passed.NO_CONTENT: 1}
    assert passed_in(steps(path, Wanted(publishers=frozenset({"else.example"})))) == {
        Passed.PUBLISHER: 5,
        Passed.REVISIT: 1,
        Passed.NO_CONTENT: 1,
    }


def test_a_media_type_is_told_before_a_body_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []
    undo = http.undo_codings

    def counted(body: bytes, coding: str, limit: int, most: int = http.CODINGS) -> bytes:
        decoded.append(body)
        return undo(body, coding, limit, most)

    monkeypatch.setattr(http, "undo_codings", counted)
    page, data = gzip.compress(b"<p>Page</p>"), gzip.compress(b'{"a": 1}')
    coded = "Content-Encoding: gzip"
    path = tmp_path / "web.warc"
    path.write_bytes(
        record(1, response(page, coded))
        + record(2, response(data, coded, kind="application/json"))
        + record(3, response(b"\x00", coded, kind="image/png"))
    )
    found = steps(path, Wanted(media_types=frozenset({"text/html"})))
    assert told(found_in(found)) == ["https://news.example/1"]
    assert passed_in(found) == {Passed.MEDIA_TYPE: 2}
    assert decoded == [page]


def test_documents_are_filtered_by_media_type(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.html").write_text(f"<html><p>{TEXT}</p></html>")
    found = steps(tmp_path, Wanted(media_types=frozenset({"text/plain"})))
    assert told(found_in(found)) == ["text/plain"]
    assert passed_in(found) == {Passed.MEDIA_TYPE: 1}


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.parquet"])
def test_columns_have_the_names_that_were_said(tmp_path: Path, name: str) -> None:
    columns = {"url": "link", "text": "body", "title": "head"}
    path = rows_file(
        tmp_path / name, [{"link": "https://n.example/1", "body": TEXT, "head": "Harbour", "url": "7"}]
    )
    (item,) = found_in(steps(path, columns=columns))
    assert isinstance(item, Item)
    assert item.capture.url == "https://n.example/1"
    assert json.loads(item.payload) == {"url": "https://n.example/1", "text": TEXT, "title": "Harbour"}
    (refused,) = refusals_of(found_in(steps(path)))
    assert refused.dropped.reason is Reason.NO_TEXT


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.parquet"])
def test_rows_are_read_from_their_place_on(tmp_path: Path, name: str) -> None:
    urls = [f"https://n.example/{number}" for number in range(300)]
    path = rows_file(tmp_path / name, [row(url) for url in urls])
    whole = steps(path)
    assert [step.position for step in whole] == list(range(300))
    for begin in (1, 255, 256, 299):
        assert steps(path, begin=begin) == whole[begin:]


@pytest.mark.parametrize("name", ["web.warc", "web.warc.gz", "without-a-name", "packed-without-a-name"])
def test_records_are_read_from_their_place_on(tmp_path: Path, name: str) -> None:
    records = [record(number) for number in range(1, 5)]
    path = tmp_path / name
    path.write_bytes(
        packed(records) if name.endswith("gz") or name.startswith("packed") else b"".join(records)
    )
    whole = steps(path)
    assert len(found_in(whole)) == 4
    for number, step in enumerate(whole):
        assert steps(path, begin=step.position) == whole[number:]


def test_each_archive_in_a_wacz_file_is_a_part(tmp_path: Path) -> None:
    path = tmp_path / "site.wacz"
    with zipfile.ZipFile(path, "w") as site:
        site.writestr("archive/b.warc.gz", packed([record(2), record(3)]))
        site.writestr("archive/a.warc", record(1))
        site.writestr("pages/pages.jsonl", json.dumps(row("https://n.example/none")))
    first, second = list_parts(str(path), AT)
    assert [first.name, second.name] == [f"{path}!archive/a.warc", f"{path}!archive/b.warc.gz"]
    assert first.version == second.version != ""
    assert [first.size, second.size] == [len(record(1)), len(packed([record(2), record(3)]))]
    whole = list(second.read(Reading(LIMITS)))
    assert told(found_in(whole)) == ["https://news.example/2", "https://news.example/3"]
    assert list(second.read(Reading(LIMITS, whole[1].position))) == whole[1:]


def test_another_data_folder_gives_its_captures_and_its_refusals(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "rows.jsonl").write_text(f"{json.dumps(row('https://n.example/1'))}\nnot json\n")
    (tmp_path / "in" / "a.txt").write_text(TEXT)
    given = list(read_source(str(tmp_path / "in"), Limits(), AT))
    with open_warehouse(tmp_path / "data") as run:
        write_captures(run, BatchInfo("ingest", "test", AT), given)
    (tmp_path / "data" / "tables").mkdir(exist_ok=True)
    (tmp_path / "data" / "tables" / "rows.parquet").write_bytes(b"not to be read")
    again = found_in(steps(tmp_path / "data"))
    assert told(again) == told(given) == ["text/plain", "https://n.example/1", "invalid_json"]
    assert refusals_of(again) == refusals_of(given)
    assert [one.capture for one in again if isinstance(one, Item)] == [
        one.capture for one in given if isinstance(one, Item)
    ]


def test_documents_and_what_is_no_file_have_no_version(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    os.mkfifo(tmp_path / "pipe.warc")
    parts = {Path(part.name).name: part.version for part in list_parts(str(tmp_path), AT)}
    assert parts == {"a.txt": "", "pipe.warc": ""}
    (stdin,) = list_parts("-", AT)
    assert (stdin.version, stdin.size) == ("", None)
