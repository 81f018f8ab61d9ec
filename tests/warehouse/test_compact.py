"""Small files are merged: the rows stay, readers of an older snapshot go on, and scans touch few files."""

from pathlib import Path

import duckdb
import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.compact import compact
from pipeline.warehouse.connect import LAKE, connect

LOADS = 30


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))


def load(connection: duckdb.DuckDBPyConnection, number: int) -> None:
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
        f"select file_count, delete_file_count from ducklake_table_info('{LAKE}') where table_name = ?",
        [table],
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
            load(connection, number)
        reader.execute("begin transaction")
        sums = "select count(*), sum(seconds), (select sum(failures) from feeds) from polls"
        before = reader.execute(sums).fetchall()
        assert files_of(connection, "polls")[0] == LOADS
        compact(connection, settings, lambda: None)
        assert reader.execute(sums).fetchall() == before
        assert connection.execute(sums).fetchall() == before == [(LOADS, sum(range(LOADS)), LOADS)]
        assert files_of(connection, "polls") == (1, 0)
        assert files_of(connection, "feeds")[0] <= 2
        load(connection, 1)
        assert connection.execute("select count(*) from polls").fetchone() == (LOADS + 1,)
