"""What a load does with articles that are new, revised, unchanged, under another address, or refused."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.batch import Run
from pipeline.dispositions import Disposition, Reason
from pipeline.portions import Found
from pipeline.settings import settings_for
from pipeline.warehouse.stage import LEFTOVER_SECONDS, sweep_leftovers
from tests.warehouse.corpus import bad_row, page_item, row_item
from tests.warehouse.loading import load, open_warehouse

URL = "https://one.example/story"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with open_warehouse(tmp_path) as opened:
        yield opened


def ask(run: Run, question: str) -> list[tuple[object, ...]]:
    return run.connection.execute(question).fetchall()


def test_each_item_ends_once_and_the_ledger_says_where(run: Run) -> None:
    first = load(run, [row_item(URL, 0, 0, 1, None), bad_row(3)])
    again = load(
        run, [row_item(URL, 0, 1, 2, None), row_item(URL, 0, 0, 3, -5), row_item(URL, 0, 0, 1, None)]
    )
    assert first.loaded.ended == {Disposition.LOADED: 1, Disposition.REJECTED: 1}
    assert first.loaded.reasons == {Reason.INVALID_JSON: 1}
    assert again.loaded.ended == {Disposition.REVISED: 1, Disposition.UNCHANGED: 1}
    assert (again.items, again.held) == (3, 1)
    assert ask(
        run, "select items, loaded, revised, unchanged, rejected from batches order by items, loaded"
    ) == [
        (2, 0, 1, 1, 0),
        (2, 1, 0, 0, 1),
    ]


def test_an_article_shows_its_latest_capture_and_keeps_every_revision(run: Run) -> None:
    load(run, [row_item(URL, 0, 1, 20, None)])
    load(run, [row_item(URL, 0, 0, 10, None)])
    load(run, [row_item(URL, 0, 1, 30, 5)])
    shown = ask(run, "select revision, hour(ordered_at), hour(fetched_at - first_seen_at) from articles")
    assert shown == [(2, 13, 20)]
    spans = ask(
        run, "select revision, hour(last_fetched_at - fetched_at) from article_revisions order by revision"
    )
    assert spans == [(1, 0), (2, 10)]


def test_another_address_is_the_same_article_and_does_not_take_its_place(run: Run) -> None:
    load(run, [page_item(URL, 0, 1)])
    report = load(run, [page_item(f"{URL}/amp", 2, 9)])
    assert report.loaded.ended == {Disposition.DUPLICATE_URL: 1}
    assert ask(run, "select url, revision from articles") == [(URL, 1)]
    assert ask(run, "select count(*) from article_revisions") == [(2,)]


def test_the_canonical_address_takes_the_place_of_another(run: Run) -> None:
    load(run, [page_item(f"{URL}/amp", 2, 9)])
    report = load(run, [page_item(URL, 0, 1)])
    assert report.loaded.ended == {Disposition.REVISED: 1}
    assert ask(run, "select url, revision from articles") == [(URL, 1)]


@pytest.mark.parametrize("view", ["/amp", "?print=1", "/print?utm_source=x", ".amp"])
def test_a_view_without_a_canonical_link_is_the_same_article(run: Run, view: str) -> None:
    load(run, [row_item(f"{URL}{view}", 0, 2, 9, None)])
    report = load(run, [row_item(URL, 0, 0, 1, None), row_item(f"{URL}?fbclid=7", 0, 0, 2, None)])
    assert report.loaded.ended.total() == 2
    assert ask(run, "select canonical_url, is_canonical_url from articles") == [(URL, True)]
    assert ask(run, "select count(*) from duplicates") == [(0,)]


def test_revisions_of_one_address_are_no_duplicates(run: Run) -> None:
    for form in range(3):
        load(run, [row_item(URL, 0, form, form, None)])
    assert ask(run, "select article_count, (select count(*) from duplicates) from stories") == [(1, 0)]


def test_quotes_are_those_of_the_shown_revision(run: Run) -> None:
    load(run, [row_item(URL, 0, 0, 1, None)])
    before = ask(run, "select text, speaker from quotes")
    load(run, [row_item(URL, 1, 0, 2, None)])
    after = ask(run, "select text, speaker from quotes")
    assert len(before) == len(after) == 1
    assert before != after
    assert after[0][1] == "Ruth Calder"


def test_copies_are_grouped_and_every_copy_is_kept(run: Run) -> None:
    copies = [row_item(f"https://paper{n}.example/a", 2, n % 3, n, None) for n in range(6)]
    other = row_item("https://paper1.example/b", 4, 0, 3, None)
    load(run, [*copies, other])
    assert ask(run, "select article_count, publisher_count from stories order by 1") == [(1, 1), (6, 6)]
    assert ask(run, "select count(*) from articles where story_id = article_id") == [(2,)]
    assert ask(run, "select relation, count(*) from duplicates where relation = 'exact' group by 1") == [
        ("exact", 3)
    ]


def test_an_earlier_article_becomes_the_lead_and_splits_nothing(run: Run) -> None:
    load(run, [row_item(f"https://paper{n}.example/a", 2, n % 2, 50 + n, None) for n in range(3)])
    load(run, [row_item("https://agency.example/a", 2, 0, 1, None)])
    assert ask(
        run, "select count(*), any_value(url) from stories join articles on lead_article_id = article_id"
    ) == [(1, "https://agency.example/a")]


def test_a_revision_that_is_no_copy_any_more_leaves_the_story(run: Run) -> None:
    load(
        run,
        [row_item("https://one.example/a", 2, 0, 1, None), row_item("https://two.example/a", 2, 1, 2, None)],
    )
    assert ask(run, "select count(*) from stories") == [(1,)]
    load(run, [row_item("https://two.example/a", 5, 0, 3, None)])
    assert ask(run, "select count(*) from stories") == [(2,)]
    assert ask(run, "select count(*) from duplicates") == [(0,)]


def test_a_failed_load_leaves_nothing_and_succeeds_when_repeated(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    items: list[Found] = [row_item(URL, 0, 0, 1, None), bad_row(1)]
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.warehouse.load.sync_tables", _fail)
        with pytest.raises(OSError, match="no space"):
            load(run, items)
    assert ask(run, "select count(*) from articles") == [(0,)]
    assert load(run, items).loaded.ended.total() == 2


def _fail(_: Path) -> None:
    raise OSError("no space left")


def test_leftovers_of_killed_runs_go_after_a_day(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    for path in (settings.staging / "old", settings.staging / "new", settings.captures):
        path.mkdir(parents=True)
    (settings.captures / ".part-old").touch()
    (settings.captures / ".part-new").touch()
    past = time.time() - LEFTOVER_SECONDS - 60
    for path in (settings.staging / "old", settings.captures / ".part-old"):
        os.utime(path, (past, past))
    assert sweep_leftovers(settings, datetime.now(UTC)) == 2
    assert [path.name for path in settings.staging.iterdir()] == ["new"]
    assert [path.name for path in settings.captures.iterdir()] == [".part-new"]
