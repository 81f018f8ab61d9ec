"""`newsflow backfill`: what it prints, how it ends, and what its options refuse."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.archive.samples import packed, record, response
from tests.cli.conftest import PAGE, STORY
from tests.conftest import Newsflow


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """A folder with a file of rows, one of which is none, and a WACZ file with a note of a revisit."""
    folder = tmp_path / "crawl"
    folder.mkdir()
    rows = [{"url": f"https://news.example/row/{n}", "text": f"{STORY} {n}"} for n in range(3)]
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in rows) + "not json\n")
    pages = [record(1, response(PAGE.encode())), record(2, kind="revisit")]
    with zipfile.ZipFile(folder / "site.wacz", "w") as site:
        site.writestr("archive/pages.warc.gz", packed(pages))
    return folder


def test_the_report_and_what_a_second_run_says(newsflow: Newsflow, crawl: Path, data: Path) -> None:
    ran = newsflow("backfill", crawl, "--data", data, "--json")
    assert ran.code == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert {name: count for name, count in report.items() if count} == {
        "items": 5,
        "loaded": 4,
        "rejected": 1,
        "parts": 2,
        "parts_ended": 2,
        "bytes_read": report["bytes_read"],
        "passed": {"revisit": 1},
    }
    assert report["bytes_read"] >= (crawl / "rows.jsonl").stat().st_size
    again = newsflow("backfill", crawl, "--data", data, "--strict")
    assert again.code == 0
    lines = again.stdout.splitlines()
    assert lines[0].startswith("0 items in ")
    assert "2 of 2 parts read to the end, 2 of them before" in lines
    whole = newsflow("backfill", crawl, "--data", data, "--restart")
    lines = whole.stdout.splitlines()
    assert lines[0].endswith(": 5 already held")
    assert lines[1:3] == ["  passed over: 1 revisit", "2 of 2 parts read to the end"]
    assert newsflow("check", "--data", data).code == 0


def test_a_dry_run_counts_and_makes_no_folder(newsflow: Newsflow, crawl: Path, data: Path) -> None:
    ran = newsflow("backfill", crawl, "--data", data, "--dry-run")
    assert ran.code == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "4 items would be examined; nothing was written",
        "  refused: 1 invalid_json",
        "  passed over: 1 revisit",
        "2 of 2 parts read to the end",
    ]
    assert not data.exists()
    assert newsflow("backfill", crawl / "rows.jsonl", "--data", data).code == 0
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*.parquet")}
    counted = json.loads(newsflow("backfill", crawl, "--data", data, "--dry-run", "--json").stdout)
    assert (counted["items"], counted["refused"], counted["parts_ended_earlier"]) == (1, {}, 1)
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*.parquet")} == before


def test_standard_input(newsflow: Newsflow, crawl: Path, data: Path) -> None:
    rows = (crawl / "rows.jsonl").read_bytes()
    for held in (0, 4):  # no mark is kept: it is read again
        ran = newsflow("backfill", "-", "--data", data, "--json", stdin=rows)
        assert ran.code == 0, ran.stderr
        report = json.loads(ran.stdout)
        assert (report["items"], report["already_held"], report["parts_ended"]) == (4, held, 1)


def test_strict_ends_with_one_where_something_was_rejected_or_is_missing(
    newsflow: Newsflow, crawl: Path, tmp_path: Path, data: Path
) -> None:
    assert newsflow("backfill", crawl, "--data", data, "--strict").code == 1
    ran = newsflow("backfill", tmp_path / "nowhere", crawl, "--data", data, "--strict")
    assert ran.code == 1
    assert ran.stderr == f"newsflow: {tmp_path}/nowhere: no such file or folder; it is left out\n"


def test_nothing_but_unreadable_parts_is_an_error_each_time(
    newsflow: Newsflow, tmp_path: Path, data: Path
) -> None:
    broken = tmp_path / "rows.jsonl"
    broken.symlink_to("/proc/self/mem")  # reading its first byte is an input/output error
    for _ in range(2):
        ran = newsflow("backfill", broken, "--data", data)
        assert ran.code == 2
        assert ran.stdout == ""
        assert ran.stderr.splitlines()[-1].startswith("newsflow: nothing could be read")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--publisher", "co.uk"], "a suffix that many share"),
        (["--publisher", "news"], "is no domain"),
        (["--language", "english"], "is no ISO 639-1 code"),
        (["--media-type", "html"], "is no media type"),
        (["--from", "2026-02-02", "--until", "2026-02-01"], "swap them"),
        (["--published-from", "soon"], "--published-from"),
        (["--columns", "link"], "is no pair of names"),
        (["--columns", "address=link"], "is no name of ours"),
        (["nowhere"], "nothing to read"),
    ],
)
def test_what_makes_no_sense_is_refused(
    newsflow: Newsflow, crawl: Path, data: Path, options: list[str], said: str
) -> None:
    sources = [] if options == ["nowhere"] else [crawl]
    ran = newsflow("backfill", *sources, *options, "--data", data)
    assert ran.code == 2
    assert said in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    assert not data.exists()


def test_a_day_given_as_the_end_is_included(newsflow: Newsflow, crawl: Path, data: Path) -> None:
    """The page in the crawl was captured on the second of February at ten."""
    wacz = crawl / "site.wacz"
    for options, items in (
        (["--from", "2026-02-02", "--until", "2026-02-02"], 1),
        (["--until", "2026-02-01"], 0),
        (["--from", "2026-02-03"], 0),
        (["--publisher", "https://news.example/about"], 1),
        (["--media-type", "text/plain"], 0),
    ):
        counted = newsflow("backfill", wacz, *options, "--data", data, "--dry-run", "--json")
        assert json.loads(counted.stdout)["items"] == items, options
