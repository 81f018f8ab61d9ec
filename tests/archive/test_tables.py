"""CSV, Parquet and WACZ: each row or record an item, each fault its own."""

import gzip
import json
import zipfile
from pathlib import Path

import duckdb
import pytest

from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from pipeline.settings import Limits
from tests.archive.samples import packed, read_path, record

ROWS = (
    "url,title,text,published_at\r\n"
    'https://news.example/1,"A bridge, open again","First line\r\nsecond, ""quoted"" line",2026-03-01\r\n'
    ",,Only a text,\r\n"
    "\r\n"
    "https://news.example/3,too,few\r\n"
    "https://news.example/4,No text,,\r\n"
)


def payloads(found: list[Item | Refusal]) -> list[object]:
    return [
        json.loads(one.payload) if isinstance(one, Item) else (one.item_key, one.dropped.reason)
        for one in found
    ]


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz", "rows.tsv"])
def test_rows_of_csv(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = ("\ufeff" + ROWS).encode()
    if name == "rows.tsv":
        data = b"url\ttitle\ttext\nhttps://news.example/1\tA bridge, open again\tText\n"
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    found = payloads(read_path(path))
    if name == "rows.tsv":
        assert [row["title"] for row in found if isinstance(row, dict)] == ["A bridge, open again"]
        return
    assert found == [
        {
            "url": "https://news.example/1",
            "title": "A bridge, open again",
            "text": 'First line\r\nsecond, "quoted" line',
            "published_at": "2026-03-01",
        },
        {"text": "Only a text"},
        (f"{path}:3", Reason.CORRUPT),
        (f"{path}:4", Reason.NO_TEXT),
    ]
    item = read_path(path)[0]
    assert isinstance(item, Item)
    assert item.capture.url == "https://news.example/1"


def test_a_value_beyond_the_limit_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text\n" + "x" * 5000 + "\nshort\n")
    found = payloads(read_path(path, Limits(payload_bytes=1000)))
    assert found == [(f"{path}:1", Reason.CORRUPT), {"text": "short"}]


def test_rows_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    duckdb.sql(
        """
        select
            'https://news.example/' || i as url, 'Text ' || i as text, ['Ann Example'] as authors,
            timestamptz '2026-03-01 10:00:00+00' as published_at, null::varchar as section
        from range(600) as numbers(i)
        """
    ).write_parquet(str(path))
    found = payloads(read_path(path))
    assert len(found) == 600
    assert found[599] == {
        "url": "https://news.example/599",
        "text": "Text 599",
        "authors": ["Ann Example"],
        "published_at": "2026-03-01T10:00:00+00:00",
    }


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"PAR1 no more")
    assert payloads(read_path(path)) == [(str(path), Reason.CORRUPT)]


def test_the_records_of_wacz(tmp_path: Path) -> None:
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/b.warc", record(2))
        archive.writestr("archive/a.warc.gz", packed([record(0), record(1)[:-90]]))
        archive.writestr("pages/pages.jsonl", '{"text": "none of ours"}')
    found = read_path(path)
    urls = [one.capture.url for one in found if isinstance(one, Item)]
    assert urls == ["https://news.example/0", "https://news.example/2"]
    assert [one.item_key for one in found if isinstance(one, Refusal)] == [
        f"{path}!archive/a.warc.gz@{len(packed([record(0)]))}"
    ]


@pytest.mark.parametrize("members", [None, {"datapackage.json": "{}"}])
def test_other_zip_files_are_refused(tmp_path: Path, members: dict[str, str] | None) -> None:
    path = tmp_path / "crawl.wacz"
    path.write_bytes(b"PK no zip")
    if members is not None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)
    reason = Reason.CORRUPT if members is None else Reason.EMPTY
    assert payloads(read_path(path)) == [(str(path), reason)]


def test_tables_without_rows_are_empty(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("url,text\n")
    duckdb.sql("select 'x' as text where false").write_parquet(str(tmp_path / "rows.parquet"))
    for name in ("rows.csv", "rows.parquet"):
        assert payloads(read_path(tmp_path / name)) == [(str(tmp_path / name), Reason.EMPTY)]
