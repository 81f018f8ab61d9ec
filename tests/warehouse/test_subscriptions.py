"""Subscriptions and retries on real tables, with the catalog in SQLite and in PostgreSQL."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.errors import UsageError
from pipeline.settings import Settings, settings_for
from pipeline.warehouse.connect import connect
from pipeline.warehouse.retries import Meant, find_quarantined, retry_quarantined
from pipeline.warehouse.subscriptions import (
    Change,
    Changed,
    Placed,
    Wanted,
    add_feeds,
    change_feeds,
    count_live,
    named,
    read_held,
    read_listed,
)
from tests.conftest import fresh_database
from tests.warehouse.live_rows import Rows, quarantine

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL = Meant()
URL = "https://news.example/rss"


@dataclass(frozen=True)
class Place:
    """A warehouse that is open."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection

    def add(self, *wanted: Wanted, now: datetime = NOW) -> list[Placed]:
        return add_feeds(self.connection, self.settings, wanted, now, lambda: None)

    def change(self, change: Change, *names: str, now: datetime = NOW) -> list[Changed]:
        return change_feeds(self.connection, self.settings, names, change, now, lambda: None)

    def retry(self, meant: Meant = ALL, now: datetime | None = None) -> dict[str, int]:
        moment = now or datetime.now(UTC)
        return dict(retry_quarantined(self.connection, self.settings, meant, moment, lambda: None))

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with fresh_database(request.getfixturevalue("postgres")) as address:
        yield address


@pytest.fixture
def place(catalog: str | None, data: Path) -> Iterator[Place]:
    settings = settings_for(data, catalog)
    with connect(settings) as connection:
        yield Place(settings, connection)


@pytest.fixture
def local(data: Path) -> Iterator[Place]:
    """With the catalog in SQLite, for what does not differ."""
    settings = settings_for(data)
    with connect(settings) as connection:
        yield Place(settings, connection)


def test_a_feed_is_added_once_and_due_at_once(place: Place) -> None:
    (first,) = place.add(Wanted(URL, "The Coast", "en", "Coast"))
    (again,) = place.add(Wanted(URL, "Another title"), now=NOW + timedelta(days=1))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.held.feed_id == first.held.feed_id
    assert place.ask(
        "select feed_id::varchar, feed_url, title, publisher, language, category, kind, status, "
        "failures, moved_times, interval_seconds, skip_hours, next_poll_at = added_at, added_at, "
        "last_polled_at from feeds"
    ) == [
        (
            first.held.feed_id,
            URL,
            "The Coast",
            "news.example",
            "en",
            "Coast",
            None,
            "active",
            0,
            0,
            1800,
            [],
            True,
            NOW,
            None,
        )
    ]


@pytest.mark.parametrize(
    "spelling",
    [
        "http://news.example/rss",
        "https://www.news.example/rss/",
        "https://NEWS.example:443/rss#latest",
        "http://news.example:80/rss",
    ],
)
def test_another_spelling_is_the_same_feed(local: Place, spelling: str) -> None:
    first, second = local.add(Wanted(URL), Wanted(spelling))
    assert (first.is_new, second.is_new, second.held) == (True, False, first.held)
    assert local.ask("select count(*) from feeds") == [(1,)]


@pytest.mark.parametrize("other", ["https://news.example/rss?page=2", "https://news.example/RSS"])
def test_another_feed_is_another_feed(local: Place, other: str) -> None:
    assert [one.is_new for one in local.add(Wanted(URL), Wanted(other))] == [True, True]


def test_aliases_are_looked_up_within_one_call_too(local: Place) -> None:
    placed = local.add(
        Wanted("https://a.example/feed", aliases=("https://a.example/rss",)),
        Wanted("https://a.example/rss"),
        Wanted("https://a.example/atom", aliases=("http://a.example/feed/",)),
    )
    assert [one.is_new for one in placed] == [True, False, False]


def test_a_feed_that_moved_is_known_under_both_addresses(local: Place) -> None:
    (first,) = local.add(Wanted(URL))
    local.ask("update feeds set feed_url = 'https://new.example/feed'")
    assert [one.is_new for one in local.add(Wanted(URL), Wanted("https://new.example/feed/"))] == [
        False,
        False,
    ]
    local.ask("update feeds set moved_to = 'https://next.example/feed', moved_times = 2")
    (third,) = local.add(Wanted("http://next.example/feed"))
    assert (third.is_new, third.held.feed_id) == (False, first.held.feed_id)


def pages(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"https://0.example/{number}" for number in range(first, last))


@pytest.mark.parametrize(
    ("listed", "is_same"),
    [
        (pages(60, 100), True),  # all that the feed listed lately
        ((*pages(62, 100), "https://0.example/new"), True),
        ((*pages(20, 60), *pages(200, 230)), False),  # less than most of it
        (tuple(f"https://0.example/{number}" for number in range(0, 100, 5)), False),  # a section of it
        (pages(98, 100), False),  # too few to tell
        ((), False),
    ],
)
def test_a_list_of_the_same_entries_is_the_same_feed(
    local: Place, listed: tuple[str, ...], is_same: bool
) -> None:
    rows = Rows(local.connection)
    rows.feed(0)
    rows.entries(0, [200.0 - number for number in range(100)])
    (placed,) = local.add(Wanted("https://copy.example/rss", entries=listed))
    assert placed.is_new is not is_same
    assert placed.held.feed_url == ("https://0.example/rss" if is_same else "https://copy.example/rss")


def test_two_at_once_add_a_feed_once(place: Place) -> None:
    results: list[Placed] = []

    def add() -> None:
        with connect(place.settings) as connection:
            wanted = [Wanted(f"https://{number}.example/rss") for number in range(20)]
            results.extend(add_feeds(connection, place.settings, wanted, NOW, lambda: None))

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.is_new for one in results) == 20
    assert place.ask("select count(*), count(distinct feed_id) from feeds") == [(20, 20)]


def test_each_token_is_a_feed_and_no_table_holds_it(local: Place) -> None:
    urls = [f"{URL}?token=sesame{number}" for number in range(2)]
    assert [one.is_new for one in local.add(*map(Wanted, urls))] == [True, True]
    assert [one.is_new for one in local.add(*map(Wanted, urls))] == [False, False]
    stored = [row[0] for row in local.ask("select feed_url from feeds order by added_at")]
    assert all(one.startswith(f"{URL}?token=REDACTED#") for one in stored)
    held = read_held(local.connection, local.settings)
    assert sorted(one.address for one in held) == urls
    assert all(one.is_secret for one in held)
    assert {one.address for name in (urls[0], stored[0]) for one in named(held, name)} <= set(urls)
    assert [one.address for one in named(held, urls[1])] == [urls[1]]


def test_a_title_that_is_the_address_is_none(local: Place) -> None:
    url = f"{URL}?token=sesame"
    (placed,) = local.add(Wanted(url, title=url))
    assert placed.held.title is None
    local.add(Wanted("https://b.example/rss", title=f"News of {url}"))
    assert "sesame" not in repr(local.ask("from feeds"))


def test_what_fails_within_leaves_no_row(local: Place) -> None:
    def broken() -> Iterator[Wanted]:
        yield Wanted(URL)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        add_feeds(local.connection, local.settings, broken(), NOW, lambda: None)
    assert local.ask("select count(*) from feeds") == [(0,)]
    assert [one.is_new for one in local.add(Wanted(URL))] == [True]


def test_pause_resume_remove(place: Place) -> None:
    place.add(Wanted(URL), Wanted("https://b.example/rss"))
    assert [one.is_changed for one in place.change("pause", URL, "http://news.example/rss/")] == [True]
    assert [one.is_changed for one in place.change("pause", "news.example")] == [False]
    place.ask("update feeds set status = 'gone', failures = 4, last_failure = 'gone' where status = 'active'")
    later = NOW + timedelta(days=3)
    assert [one.is_changed for one in place.change("resume", URL, "b.example", now=later)] == [True, True]
    assert place.ask("select distinct status, failures, last_failure, next_poll_at from feeds") == [
        ("active", 0, None, later)
    ]
    assert [one.is_changed for one in place.change("resume", URL, now=later + timedelta(days=1))] == [False]
    assert place.ask("select distinct next_poll_at from feeds") == [(later,)]
    place.change("remove", URL)
    assert place.ask("select feed_url from feeds") == [("https://b.example/rss",)]


def test_a_failing_feed_is_resumed_before_its_time(local: Place) -> None:
    local.add(Wanted(URL))
    local.ask(
        "update feeds set failures = 9, last_failure = 'dns', next_poll_at = next_poll_at + interval 1 day"
    )
    assert [one.is_changed for one in local.change("resume", URL)] == [True]
    assert local.ask("select failures, next_poll_at from feeds") == [(0, NOW)]


def test_a_removed_feed_keeps_its_entries_and_goes_on_under_its_id(local: Place) -> None:
    rows = Rows(local.connection)
    rows.feed(0)
    rows.entries(0, [1.0, 2.0, 3.0])
    assert [(one.is_changed, one.entries) for one in local.change("remove", "0.example")] == [(True, 3)]
    assert local.ask("select (select count(*) from feeds), (select count(*) from entries)") == [(0, 3)]
    (first,) = local.add(Wanted(URL))
    local.change("remove", URL)
    (again,) = local.add(Wanted(URL))
    assert (again.is_new, again.held.feed_id) == (True, first.held.feed_id)


def test_one_wrong_name_changes_nothing(local: Place) -> None:
    local.add(Wanted(URL))
    with pytest.raises(
        UsageError, match=r"no such feed is subscribed; did you mean https://news\.example/rss\?"
    ):
        local.change("pause", URL, "https://newz.example/rss")
    assert local.ask("select status from feeds") == [("active",)]


def test_messages_about_names_hide_secrets(local: Place) -> None:
    local.add(Wanted(f"{URL}?token=sesame1"), Wanted(f"{URL}?token=sesame2"))
    for name in (f"{URL}?token=sesame3", "news.example/rss?token="):
        with pytest.raises(UsageError) as caught:
            local.change("pause", name)
        assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("meant", "found"),
    [
        (Meant(), {"timeout": 3, "not_found": 1}),
        (Meant(reasons=("timeout",)), {"timeout": 3}),
        (Meant(reasons=("gone",)), {}),
        (Meant(host="a.example"), {"timeout": 2}),
        (Meant(host="www.a.example"), {"timeout": 1}),
        (Meant(host="example"), {"timeout": 3, "not_found": 1}),
        (Meant(host="ample"), {}),
        (Meant(urls=("https://c.example/3",)), {"not_found": 1}),
        (
            Meant(urls=("http://www.c.example/3?utm_source=x#top", "https://b.example/2")),
            {"timeout": 1, "not_found": 1},
        ),
        (Meant(urls=("https://a.example/later", "https://a.example/done", "https://a.example/refused")), {}),
    ],
)
def test_which_quarantined_pages_are_meant(local: Place, meant: Meant, found: dict[str, int]) -> None:
    quarantine(Rows(local.connection))
    assert dict(find_quarantined(local.connection, meant)) == found


def test_quarantined_pages_are_retried_once(place: Place) -> None:
    rows = Rows(place.connection)
    quarantine(rows)
    assert place.retry(Meant(since=rows.at(hours=7))) == {"timeout": 2}
    assert place.retry() == {"timeout": 1, "not_found": 1}
    assert place.retry() == {}
    assert place.ask(
        "select distinct cause, outcome, failures, capture_id from fetches where cause = 'retry'"
    ) == [("retry", "waiting", 0, None)]
    assert place.ask(
        "select url, checks, etag, next_at <= now() from fetches where cause = 'retry' order by url"
    ) == [
        ("https://a.example/0", 1, "e", True),
        ("https://b.example/2", 1, "e", True),
        ("https://c.example/3", 0, None, True),
        ("https://www.a.example/1", 1, "e", True),
    ]
    assert place.ask("select count(*) from pages where outcome = 'waiting'") == [(4,)]
    assert place.ask("select distinct state from discovery_gaps") == [("waiting",)]


def test_a_decision_comes_after_the_attempt_whatever_the_clock_says(local: Place) -> None:
    rows = Rows(local.connection)
    rows.entry(0, 0)
    rows.fetch(0, "timeout", hours=0)
    assert local.retry(now=rows.at(hours=1)) == {"timeout": 1}
    assert local.ask("select outcome from pages") == [("waiting",)]
    assert local.retry(now=rows.at(hours=1)) == {}


def test_tables_of_an_older_version_have_no_feeds(local: Place) -> None:
    local.ask("drop table feeds")
    with connect(local.settings, read_only=True) as connection:
        assert count_live(connection) is None


def test_the_list_puts_feeds_in_trouble_first(local: Place) -> None:
    rows = Rows(local.connection)
    rows.feed(0)
    rows.feed(1, status="paused")
    rows.feed(2, failures=3, last_failure="dns")
    rows.feed(3, last_polled_at=None)
    listed = read_listed(local.connection)
    assert [row["health"] for row in listed] == ["failing", "new", "well", "paused"]
    live = count_live(local.connection)
    assert live is not None
    assert live.feeds == {"failing": 1, "new": 1, "paused": 1, "well": 1}
