"""Small files are merged: the rows stay, readers of an older snapshot go on, and scans touch few files."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipeline.batch import Run
from pipeline.portions import Found
from pipeline.settings import Limits, settings_for
from pipeline.warehouse.compact import compact
from pipeline.warehouse.connect import LAKE, connect
from tests.warehouse.corpus import page_item, row_item
from tests.warehouse.loading import contents, load, open_warehouse

LOADS = 30


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))


@pytest.fixture(params=["sqlite", "postgres", "bucket"])
def place(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where a warehouse has its catalog, and where its files."""
    if request.param == "postgres":
        return {"catalog": str(request.getfixturevalue("postgres_database"))}
    return {"store": str(request.getfixturevalue("bucket"))} if request.param == "bucket" else {}


def poll(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """What a batch of one poll writes."""
    connection.execute("begin")
    connection.execute(
        """
        insert into polls by name
        select uuid() as feed_id, now() as polled_at, 'unchanged' as outcome, 0 as entries, 0 as new_entries,
            ?::double as seconds, now() as next_poll_at
        """,
        [number],
    )
    connection.execute("update feeds set failures = failures + 1 where interval_seconds = ?", [number % 5])
    connection.execute("commit")


def files_of(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    """How many files a scan of the table touches: data, and deletions."""
    found = connection.execute(
        "select count(data_file), count(delete_file) from ducklake_list_files($lake, $table)",
        {"lake": LAKE, "table": table},
    ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def test_rows_stay_and_files_go(tmp_path: Path, catalog: str | None) -> None:
    settings = settings_for(tmp_path, catalog)
    with connect(settings) as connection, connect(settings, read_only=True) as reader:
        connection.execute(
            """
            insert into feeds by name
            select uuid() as feed_id, 'https://news.example/' || i as feed_url, 'active' as status,
                now() as next_poll_at, i as interval_seconds, 0 as failures, 0 as moved_times,
                []::integer[] as skip_hours, []::integer[] as skip_days, now() as added_at
            from range(5) as numbers(i)
            """
        )
        for number in range(LOADS):
            poll(connection, number)
        reader.execute("begin transaction")
        sums = "select count(*), sum(seconds), (select sum(failures) from feeds) from polls"
        before = reader.execute(sums).fetchall()
        assert files_of(connection, "polls")[0] == LOADS
        compact(connection, settings, lambda: None)
        assert reader.execute(sums).fetchall() == before
        assert connection.execute(sums).fetchall() == before == [(LOADS, sum(range(LOADS)), LOADS)]
        assert files_of(connection, "polls") == (1, 0)
        assert files_of(connection, "feeds")[0] <= 2
        poll(connection, 1)
        assert connection.execute("select count(*) from polls").fetchone() == (LOADS + 1,)


def revisions(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """So many rows in one file."""
    connection.execute(
        """
        insert into article_revisions by name
        select uuid() as article_id, 1 as revision, 'title' as title, 'text' as text, 'hash' as content_hash,
            now() as fetched_at, now() as last_fetched_at
        from range(?)
        """,
        [count],
    )


def row_groups(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[int, int]]:
    """Rows and row groups of each file of the table."""
    listed = connection.execute("select data_file from ducklake_list_files(?, ?)", [LAKE, table]).fetchall()
    found = "select num_rows, num_row_groups from parquet_file_metadata(?)"
    return connection.execute(found, [[name for (name,) in listed]]).fetchall()


def test_tables_with_texts_are_merged_in_small_row_groups(tmp_path: Path, catalog: str | None) -> None:
    settings = settings_for(tmp_path, catalog)
    with connect(settings) as connection:
        for _ in range(4):
            revisions(connection, 1500)
        compact(connection, settings, lambda: None)
        [(rows, groups)] = row_groups(connection, "article_revisions")
        assert rows == 6000
        assert rows / groups <= 1.5 * 2048  # a row group ends with the vector in which it becomes full


def test_a_size_of_row_groups_that_somebody_chose_stays(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with connect(settings) as connection:
        connection.execute(
            f"call {LAKE}.set_option('parquet_row_group_size', 4096, table_name => 'article_revisions')"
        )
    with connect(settings) as connection:
        revisions(connection, 6000)
        assert row_groups(connection, "article_revisions") == [(6000, 2)]


def items_that_replace_each_other() -> list[Found]:
    """Revisions of a page, an article under two addresses, copies of which the earlier ones come later."""
    pages = [page_item("https://one.example/p", form, hours) for form, hours in ((0, 1), (1, 2), (2, 3))]
    rows = [
        row_item(f"https://{outlet}.example/{subject}", subject, form, 10 + form, 300 - 50 * form)
        for form in range(4)
        for subject in range(3)
        for outlet in ("two", "three")
    ]
    return [*pages, *rows, page_item("https://one.example/p/amp", 2, 4)]


def tidied(run: Run, loads: int) -> Run:
    """The run, with files merged after so many loads."""
    return replace(run, settings=replace(run.settings, limits=Limits(tidy_loads=loads)))


def test_tables_are_the_same_whether_files_are_merged_on_the_way_or_not(
    tmp_path: Path, place: dict[str, str]
) -> None:
    found = items_that_replace_each_other()
    with open_warehouse(tmp_path / "apart") as run:
        load(tidied(run, 1000), found, per_batch=2)
        apart = contents(run.connection)
        data, deleted = files_of(run.connection, "articles")
        assert data >= 5
        assert deleted > 0
    with open_warehouse(tmp_path / "merged", place.get("catalog"), store=place.get("store", "")) as run:
        load(tidied(run, 1), found, per_batch=2)
        assert contents(run.connection) == apart
        assert files_of(run.connection, "articles") == (1, 0)
        assert files_of(run.connection, "fingerprints") == (1, 0)
