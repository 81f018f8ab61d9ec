"""`newsflow publish` and `check`, and the filters."""

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from pipeline.warehouse.sql_files import list_sql
from tests.conftest import Newsflow

ROW = {
    "id": 1,
    "title": "A bridge",
    "text": "“We are ready,” said Anna Berg.",
    "published": "2026-02-01T00:00:00Z",
}
OFFENCES = {
    "articles_accounted": "update captures set disposition = 'unchanged' where disposition = 'loaded'",
    "captures_read_back": "update captures set payload_sha256 = 'other'",
    "duplicate_keys": "insert into quotes from quotes limit 1",
    "ledger_balance": "update batches set items = items + 1",
    "orphans": "update quotes set article_id = uuid()",
    "quote_offsets": "update quotes set end_char = end_char + 1",
    "story_leads": "update articles set story_id = uuid()",
}


def test_every_check_has_an_offence_here() -> None:
    assert set(OFFENCES) == {Path(name).stem for name in list_sql("checks")}


def test_the_tables_as_loaded_are_proven(newsflow: Newsflow, held: Path) -> None:
    ran = newsflow("check", "--data", held)
    assert ran.code == 0, ran.stdout
    assert all(line.endswith(" ok") for line in ran.stdout.splitlines())


@pytest.mark.parametrize("name", OFFENCES)
def test_a_check_finds_its_offence(newsflow: Newsflow, copied: Path, name: str) -> None:
    with connect(settings_for(copied)) as connection:
        connection.execute(OFFENCES[name])
    ran = newsflow("check", "--data", copied)
    assert ran.code == 1
    (verdict,) = [line for line in ran.stdout.splitlines() if line.startswith(name)]
    assert verdict.split()[-1] == "offenders"
    assert ran.stderr.startswith("newsflow: ")


def test_a_lost_capture_file_is_found(newsflow: Newsflow, copied: Path) -> None:
    for path in copied.glob("captures/??/*"):
        path.unlink()
    assert "cannot be read" in newsflow("check", "--data", copied).stdout


def test_publish_replaces_the_copy_and_leaves_its_readers(
    newsflow: Newsflow, held: Path, tmp_path: Path
) -> None:
    file = tmp_path / "news.duckdb"
    assert newsflow("publish", file, "--data", held).code == 0
    with duckdb.connect(str(file), read_only=True) as reader:
        assert newsflow("publish", file, "--data", held).code == 0
        assert reader.execute("select count(*) from articles").fetchall() == [(5,)]
    with duckdb.connect(str(file), read_only=True) as reader:
        assert reader.execute("select sum(article_count) from stories").fetchall() == [(5,)]
    assert [path.name for path in tmp_path.iterdir()] == ["news.duckdb"]


def test_publish_where_nothing_can_be_written(newsflow: Newsflow, held: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "nowhere" / "x.duckdb", tmp_path / "folder", Path("/proc/x.duckdb")):
        ran = newsflow("publish", target, "--data", held)
        assert ran.code == 2, target
        assert len(ran.stderr.splitlines()) == 1
        assert "Traceback" not in ran.stderr


def test_clean_gives_an_article_or_a_reason(newsflow: Newsflow, sources: Path) -> None:
    ran = newsflow("clean", sources, "--strict")
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.code == 1
    assert sorted(row["rejected"] for row in rows if "rejected" in row) == [
        "corrupt",
        "invalid_json",
        "no_text",
    ]
    titles = {row["title"] for row in rows if "text" in row}
    assert {"A bridge for the harbour", "Orchards bloom early", "Rain at last"} <= titles


@pytest.mark.parametrize("command", ["extract-quotes", "find-duplicates"])
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("is_piped", [False, True])
def test_filters(newsflow: Newsflow, tmp_path: Path, command: str, is_packed: bool, is_piped: bool) -> None:
    lines = "\n".join([json.dumps(ROW), "", "oops", '{"id": 2}', "[]", json.dumps(ROW | {"id": 3})]).encode()
    data = gzip.compress(lines) if is_packed else lines
    (tmp_path / "rows").write_bytes(data)
    ran = newsflow(command, "-" if is_piped else tmp_path / "rows", stdin=data if is_piped else None)
    assert [str(json.loads(line)["id"]) for line in ran.stdout.splitlines()] == ["1", "3"]
    name = "-" if is_piped else str(tmp_path / "rows")
    assert [line.split(": ")[1] for line in ran.stderr.splitlines()] == [f"{name}:{n}" for n in (3, 4, 5)]
    assert ran.code == 0
    last = json.loads(ran.stdout.splitlines()[-1])
    expected = {
        "extract-quotes": ("quotes", json.loads(ran.stdout.splitlines()[0]).get("quotes")),
        "find-duplicates": ("relation", "exact"),
    }[command]
    assert last[expected[0]] == expected[1]


def test_filters_under_strict_and_on_broken_files(newsflow: Newsflow, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("oops\n")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(json.dumps(ROW).encode())[:-9])
    assert newsflow("extract-quotes", tmp_path / "bad", "--strict").code == 1
    for name in ("cut.gz", "nowhere", "."):
        ran = newsflow("extract-quotes", tmp_path / name)
        assert ran.code == 2, name
        assert "Traceback" not in ran.stderr


def test_a_page_that_runs_too_long_costs_itself_only(held: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from pipeline.archive.sources import read_source
    from pipeline.dispositions import Reason
    from pipeline.records import Capture, Dropped, Item
    from pipeline.settings import Limits
    from pipeline.work import Workers, examine

    (tmp_path / "a.html").write_bytes(
        b"<html><body>" + b"<p>some words and a link <a href=x>here</a></p>" * 40_000
    )
    limits = Limits(item_seconds=0.05)
    (item,) = read_source(str(tmp_path / "a.html"), limits, datetime.now(UTC))
    assert isinstance(item, Item)
    with Workers(1, limits) as workers:
        outcome = workers.submit(examine, item.capture, item.payload).result()
        assert isinstance(item.capture, Capture)
        assert isinstance(outcome, Dropped)
        assert outcome.reason is Reason.TIMEOUT
