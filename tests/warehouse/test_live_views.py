"""The views over live ingestion: how feeds are, and which entries have no article yet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from pipeline.warehouse.publish import publish_copy
from pipeline.warehouse.sql_files import read_sql
from tests.warehouse.live_rows import Rows, page_id

DAY = 24.0


@pytest.fixture
def rows(data: Path) -> Iterator[Rows]:
    with connect(settings_for(data)) as connection:
        yield Rows(connection)


def health(rows: Rows) -> tuple[Any, ...]:
    (row,) = rows.connection.execute(
        "select health, entries_last_day, entries_normal_day from feed_health"
    ).fetchall()
    return tuple(row)


def daily(per_day: int, first_day: float, last_day: float) -> list[float]:
    """So many entries on each day from `first_day` to `last_day` days ago, spread over the day."""
    step = DAY / per_day
    count = round((first_day - last_day) * per_day)
    return [first_day * DAY - (number + 0.5) * step for number in range(count)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"last_polled_at": None}, "new"),
        ({}, "well"),
        ({"failures": 2}, "well"),
        ({"failures": 3}, "failing"),
        ({"next_poll_at": 0.5}, "well"),
        ({"next_poll_at": 1.5}, "late"),
        ({"next_poll_at": 1.5, "failures": 3}, "failing"),
        ({"next_poll_at": 1.5, "last_polled_at": None}, "new"),
        ({"status": "paused", "failures": 3}, "paused"),
        ({"status": "gone", "failures": 1}, "gone"),
    ],
)
def test_whether_a_feed_answers(rows: Rows, given: dict[str, Any], expected: str) -> None:
    if "next_poll_at" in given:
        given = given | {"next_poll_at": rows.at(given["next_poll_at"])}
    rows.feed(0, **given)
    assert health(rows) == (expected, 0, None)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (daily(10, 40, 0), ("well", 10, 10.0)),
        (daily(10, 40, 1), ("silent", 0, 10.0)),
        (daily(10, 40, 25), ("silent", 0, 10.0)),
        (daily(10, 58, 35), ("silent", 0, 10.0)),  # silence never becomes its normal
        ([*daily(10, 40, 1), 3.0, 2.0], ("low", 2, 10.0)),
        ([*daily(10, 40, 1), 3.0, 2.0, 1.0], ("well", 3, 10.0)),
        (daily(10, 40, 1) + daily(41, 1, 0), ("high", 41, 10.0)),
        (daily(10, 40, 1) + daily(39, 1, 0), ("well", 39, 10.0)),
        (daily(1, 40, 3), ("well", 0, 1.0)),  # three quiet days, when three entries were to be expected
        (daily(1, 40, 6), ("silent", 0, 1.0)),
        (daily(1, 40, 1) + daily(9, 1, 0), ("well", 9, 1.0)),  # of a small feed, nine are no alarm
        ([100.0], ("well", 0, None)),
    ],
)
def test_whether_a_feed_brings_as_much_as_it_used_to(
    rows: Rows, seen: list[float], expected: tuple[str, int, float | None]
) -> None:
    rows.feed(0)
    rows.entries(0, seen)
    name, last_day, normal = health(rows)
    assert (name, last_day) == expected[:2]
    assert normal == (pytest.approx(expected[2], abs=0.5) if expected[2] is not None else None)


@pytest.mark.parametrize("began", [0.5, 1.5, 2.5, 3.5, 6.0, 20.0])
def test_a_backlog_is_no_normal(rows: Rows, began: float) -> None:
    """A feed of ten a day that brought 200 entries at its first poll, five days after it was subscribed."""
    rows.feed(0, added_at=rows.at((began + 5) * DAY))
    rows.entries(0, [began * DAY] * 200 + daily(10, began, 0))
    name, _, normal = health(rows)
    assert name == "well"
    assert normal is None or normal == pytest.approx(10, abs=0.5)
    assert (normal is None) == (began < 3)


def test_a_feed_added_again_begins_anew(rows: Rows) -> None:
    rows.feed(0, added_at=rows.at(2 * DAY))
    rows.entries(0, daily(10, 40, 20) + [47.0] * 100)
    assert health(rows) == ("well", 0, None)


def test_each_feed_is_one_row_and_has_its_own_measure(rows: Rows) -> None:
    for number in range(3):
        rows.feed(number)
    rows.entries(0, daily(10, 40, 0))
    rows.entries(1, daily(10, 40, 2))
    assert rows.connection.execute("select title, health from feed_health order by title").fetchall() == [
        ("Feed 0", "well"),
        ("Feed 1", "silent"),
        ("Feed 2", "well"),
    ]


def gaps(rows: Rows) -> dict[str, tuple[Any, ...]]:
    found = rows.connection.execute(
        "select title, state, reason, attempted_at is null, next_at is null from discovery_gaps"
    ).fetchall()
    assert len(found) == len({row[0] for row in found})
    return {title: tuple(rest) for title, *rest in found}


def test_every_entry_without_an_article_says_why(rows: Rows) -> None:
    rows.feed(0)
    rows.entries(0, [5.0] * 13)
    rows.fetch(1, "waiting", next_at=0, cause="canonical")
    rows.fetch(2, "timeout", failures=1, next_at=1.0)
    rows.fetch(3, "timeout", hours=3, failures=4, next_at=1.0)
    rows.fetch(3, "not_found", hours=1)
    rows.fetch(4, "fetched", capture_id=rows.capture(4, rejected="no_text"), next_at=1.0)
    rows.fetch(5, "fetched", capture_id=rows.capture(5), next_at=1.0)
    rows.fetch(6, "timeout", hours=3)
    rows.fetch(6, "waiting", hours=1, next_at=0, cause="retry")
    rows.fetch(7, "fetched", hours=3, capture_id=rows.capture(7))
    rows.fetch(7, "gone", hours=1)
    rows.fetch(8, "fetched", hours=3, capture_id=rows.capture(8, rejected="paywall"), next_at=1.0)
    rows.fetch(8, "unchanged", hours=1)
    rows.fetch(9, "fetched", hours=3, capture_id=rows.capture(9, rejected="no_text"), next_at=1.0)
    rows.fetch(9, "server_error", hours=1, next_at=1.0)
    rows.fetch(10, "fetched", hours=3, capture_id=rows.capture(10, rejected="no_text"), next_at=1.0)
    rows.fetch(10, "fetched", hours=1, capture_id=rows.capture(11))
    rows.fetch(11, "fetched", hours=1, next_at=1.0)
    rows.fetch(12, "too_large", hours=1, failures=0)
    assert gaps(rows) == {
        "Entry 0": ("waiting", "waiting", True, True),
        "Entry 1": ("waiting", "waiting", False, False),
        "Entry 2": ("retrying", "timeout", False, False),
        "Entry 3": ("quarantined", "not_found", False, True),
        "Entry 4": ("rejected", "no_text", False, False),
        "Entry 6": ("waiting", "waiting", False, False),
        "Entry 8": ("rejected", "paywall", False, True),
        "Entry 9": ("retrying", "server_error", False, False),
        "Entry 11": ("waiting", "fetched", False, False),  # its load is under way
        "Entry 12": ("rejected", "too_large", False, True),
    }


def test_two_feeds_that_list_one_page_have_two_gaps(rows: Rows) -> None:
    rows.entry(0, feed=0, url="https://0.example/0")
    rows.entry(0, feed=1, url="https://0.example/0?utm_source=1")
    rows.fetch(0, "timeout")
    found = rows.connection.execute("select feed_url, state from discovery_gaps order by all").fetchall()
    assert found == [("https://0.example/rss", "quarantined"), ("https://1.example/rss", "quarantined")]


def test_a_page_shows_its_latest_attempt(rows: Rows) -> None:
    rows.fetch(0, "timeout", hours=3, failures=1, next_at=0)
    rows.fetch(0, "fetched", hours=2, checks=1, next_at=1.0, capture_id=rows.capture(0))
    rows.fetch(1, "not_found", hours=9)
    found = rows.connection.execute(
        "select page_id::varchar, outcome, checks from pages order by outcome"
    ).fetchall()
    assert found == [(page_id(0), "fetched", 1), (page_id(1), "not_found", 0)]


def test_the_views_are_in_the_published_copy(rows: Rows, data: Path, tmp_path: Path) -> None:
    rows.feed(0)
    rows.entry(0, feed=0)
    publish_copy(settings_for(data), str(tmp_path / "news.duckdb"))
    with duckdb.connect(str(tmp_path / "news.duckdb"), read_only=True) as copy:
        assert copy.execute("select health from feed_health").fetchall() == [("well",)]
        assert copy.execute("select state from discovery_gaps").fetchall() == [("waiting",)]


OFFENCES = {
    "feeds": ("duplicate_keys", "insert into feeds from feeds"),
    "entries": ("duplicate_keys", "insert into entries from entries"),
    "fetches": ("duplicate_keys", "insert into fetches from fetches"),
    "polls": ("duplicate_keys", "insert into polls from polls"),
    "fetches without their capture": ("orphans", "update fetches set capture_id = uuid()"),
}


@pytest.mark.parametrize("what", OFFENCES)
def test_checks_find_offences_and_leave_gaps_alone(rows: Rows, what: str) -> None:
    check, offence = OFFENCES[what]
    rows.feed(0)
    rows.entries(0, [1.0, 2.0])
    rows.entry(7, feed=5)  # of a feed that was removed
    rows.fetch(0, "timeout", hours=2)
    rows.fetch(0, "waiting", hours=1, cause="retry")
    rows.connection.execute(
        "insert into polls "
        "select feed_id, now(), 'changed', 200, null, 2, 2, 0.1, now(), null, null from feeds"
    )
    tables = {what.split()[0]}
    found = f"select table_name from ({read_sql(f'checks/{check}.sql').rstrip().rstrip(';')})"
    assert tables.isdisjoint(row[0] for row in rows.connection.execute(found).fetchall())
    rows.connection.execute(offence)
    assert tables <= {row[0] for row in rows.connection.execute(found).fetchall()}
