"""Asking the tables: one consistent snapshot, read-only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.warehouse.connect import connect
from pipeline.warehouse.sql_files import read_sql

ROWS_A_FETCH = 2048


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query, as they are fetched."""

    names: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]


@contextmanager
def run_query(settings: Settings, sql: str) -> Iterator[Answer]:
    """Run one or more statements in one snapshot; yields the rows of the last.

    Raises UsageError where the SQL is wrong or would write to the tables.
    """
    with snapshot(settings) as connection:
        connection.execute(sql)
        names = tuple(column[0] for column in connection.description or ())
        yield Answer(names, _fetch(connection))


def export_parquet(settings: Settings, sql: str, path: Path) -> None:
    """Write the rows of one query to a Parquet file. Raises UsageError as `run_query` does."""
    with snapshot(settings) as connection:
        found = connection.sql(sql)
        if found is None:
            raise UsageError("this statement has no rows; Parquet needs a query")
        found.write_parquet(str(path), compression="zstd")


@contextmanager
def snapshot(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection on which the tables stand still; errors of DuckDB become UsageError."""
    with connect(settings, read_only=True) as connection:
        connection.execute("begin transaction read only")
        try:
            yield connection
        except duckdb.Error as error:
            raise UsageError(str(error)) from error


def _fetch(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    while rows := connection.fetchmany(ROWS_A_FETCH):
        yield from rows


def count_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of the tables that people ask for."""
    return dict(connection.execute(read_sql("analysis/table_counts.sql")).fetchall())


def count_feeds(settings: Settings) -> int:
    """Subscribed feeds, whatever their status; 0 where there are no tables yet, or old ones without feeds."""
    try:
        with snapshot(settings) as connection:
            rows = connection.execute(read_sql("analysis/feed_count.sql")).fetchall()
    except UsageError:
        return 0
    return int(rows[0][0])


def count_reasons(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Rejects by reason, most first."""
    return connection.execute(read_sql("analysis/rejects_by_reason.sql")).fetchall()


def recent_batches(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """The latest loads, newest first, by column name."""
    found = connection.execute(read_sql("analysis/recent_batches.sql"))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
