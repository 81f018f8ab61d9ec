"""Rows made to break the load: right groups, in time that grows with their number and no faster."""

import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.archive.identity import make_capture
from pipeline.records import Item
from tests.stories.story_texts import story
from tests.warehouse.corpus import START, body
from tests.warehouse.loading import load, open_warehouse

FEW, MANY = 500, 1000
pytestmark = pytest.mark.alone
TEXT = body(2, 0)
ONE_NUMBER = story(1, 4) + "\nThe index closed at {} points in Gant.\n" + story(2, 4)


def item(number: int, text: str, title: str | None = "Results", outlet: str | None = None) -> Item:
    """One row of its own outlet, or of one that is named."""
    url = f"https://{outlet or f'paper{number}.example'}/{number}"
    row = {"url": url, "text": text} | ({"title": title} if title else {})
    payload = json.dumps(row).encode()
    at = START + timedelta(minutes=number)
    return Item(
        make_capture(payload, url=url, fetched_at=at, media_type="application/json"), payload, payload
    )


def load_rows(folder: Path, texts: list[str], batch: int = 250) -> tuple[list[int], Counter[str], float]:
    """The sizes of the stories, what the items ended as, and the CPU seconds of the load."""
    rows = [item(number, text) for number, text in enumerate(texts)]
    with open_warehouse(folder) as run:
        began = time.process_time()
        report = load(run, rows, batch)
        seconds = time.process_time() - began
        sizes = run.connection.execute("select article_count from stories order by 1 desc").fetchall()
    return [size for (size,) in sizes], Counter({str(k): n for k, n in report.loaded.ended.items()}), seconds


@pytest.mark.parametrize(
    ("text_of", "stories"),
    [(lambda _: TEXT, 1), (ONE_NUMBER.format, None)],
    ids=["copies", "one number"],
)
def test_twice_the_rows_take_about_twice_the_time(
    tmp_path: Path, text_of: Callable[[int], str], stories: int | None
) -> None:
    seconds = {}
    for count in (FEW, MANY):
        sizes, _, seconds[count] = load_rows(tmp_path / str(count), [text_of(n) for n in range(count)])
        assert (len(sizes), sum(sizes)) == (stories or count, count)
    assert seconds[MANY] < 3 * seconds[FEW], seconds


def test_empty_texts_and_endless_ones(tmp_path: Path) -> None:
    texts = ["", " \n", "...", "word " * 100_000, "word " * 100_000, "other " * 100_000, "東" * 100_000]
    sizes, ended, seconds = load_rows(tmp_path, texts)
    assert sizes == [2, 1, 1, 1]
    assert ended == {"loaded": 5, "rejected": 2}
    assert seconds < 10


@pytest.mark.parametrize("per_batch", [1, 3, 100])
def test_a_publishers_notice_is_known_once_it_stood_in_several_stories(
    tmp_path: Path, per_batch: int
) -> None:
    notice = story(77, 8)
    names = ("Otters", "Glaciers", "Violins", "Turbines")
    rows = [
        item(n, f"{story(n, 8)}\n{notice}", f"{name} {name[::-1]}", "a.example")
        for n, name in enumerate(names)
    ]
    untitled = [item(n, f"{story(60 + n, 8)}\n{notice}", None, "a.example") for n in (9, 10, 11)]
    with open_warehouse(tmp_path) as run:
        load(run, [*rows, *untitled], per_batch)
        assert run.connection.execute("select count(*) from stories").fetchall() == [(7,)]
        assert run.connection.execute("select count(*) from duplicates").fetchall() == [(0,)]
