"""Mixed archives for the tests of backfills: one of each kind, most with something damaged."""

import json
import random
import zipfile
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

import duckdb

from tests.archive.samples import packed, record, response
from tests.warehouse.corpus import body

Row = dict[str, str]
GERMAN = (
    "der die das Gemeinderat Brücke Hafen und nicht mit über zwischen Bürger Haushalt Schule Straße wurde "
    "haben einem werden durch Abend Vertrag Wasser Frage Winter gegen keine Jahre Stadt neue Arbeit sagte"
).split()


def write_archives(folder: Path, items: int) -> Path:
    """About `items` articles in eight kinds of archives; a third is German, two thirds have a date."""
    folder.mkdir()
    rows, each = (_row(number) for number in count()), max(1, items // 8)
    _web(folder / "a-web.warc.gz", islice(rows, each), packed)
    _web(folder / "b-plain.warc", islice(rows, each), b"".join)
    with zipfile.ZipFile(folder / "c-site.wacz", "w") as site:
        for member in ("archive/one.warc.gz", "archive/two.warc.gz"):
            site.writestr(member, packed(map(_page, islice(rows, each // 2))))
    lines = [json.dumps(row) for row in islice(rows, each)]
    (folder / "d-rows.jsonl").write_text("\n".join([*lines, "{not json"]) + "\n")
    _table(folder / "e-rows.csv.gz", islice(rows, each), "csv, compression gzip")
    _table(folder / "f-rows.parquet", islice(rows, each), "parquet")
    (folder / "g-files").mkdir()
    for row in islice(rows, each):
        (folder / "g-files" / f"{row['title'].split()[-1]}.txt").write_text(
            f"{row['title']}\n\n{row['text']}"
        )
    for row in islice(rows, each):
        (folder / "g-files" / f"{row['title'].split()[-1]}.html").write_bytes(_html(row))
    return folder


def _row(number: int) -> Row:
    row = {"url": f"https://outlet{number % 5}.example/story/{number}", "title": f"Report {number}"}
    row["text"] = _german(number) if number % 3 == 0 else body(number, 0)
    if number % 3 != 2:
        row["published_at"] = f"2026-0{1 + number % 4}-11T08:00:00Z"
    return row


def _german(number: int) -> str:
    chance = random.Random(number)
    return "\n".join(" ".join(chance.choices(GERMAN, k=14)).capitalize() + "." for _ in range(9))


def _html(row: Row) -> bytes:
    at = row.get("published_at")
    claim = f'<meta property="article:published_time" content="{at}">' if at else ""
    text = "".join(f"<p>{line}</p>" for line in row["text"].split("\n"))
    head = f"<title>{row['title']}</title>{claim}"
    return f"<html><head>{head}</head><body><article>{text}</article></body></html>".encode()


def _page(row: Row) -> bytes:
    return record(int(row["title"].split()[-1]), response(_html(row)))


def _web(path: Path, rows: Iterator[Row], join: Callable[[list[bytes]], bytes]) -> None:
    """Pages, with a note of a revisit and damage in their midst."""
    pages = [_page(row) for row in rows]
    half = len(pages) // 2
    path.write_bytes(
        join([*pages[:half], record(1, kind="revisit")])
        + b"WARC/1.0\r\nbroken\r\n\r\n"
        + join([record(2, b"bad"), *pages[half:]])
    )


def _table(path: Path, rows: Iterator[Row], form: str) -> None:
    lines = path.with_suffix(".jsonl")
    lines.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    names = dict.fromkeys(("url", "title", "text", "published_at"), "varchar")
    duckdb.sql(f"copy (from read_json('{lines}', columns = {names})) to '{path}' (format {form})")
    lines.unlink()
