"""Asking the tables: one consistent snapshot, read-only, as Arrow batches."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.warehouse.connect import connect
from pipeline.warehouse.sql_files import read_sql

ROWS_A_BATCH = 2048


@contextmanager
def run_query(settings: Settings, sql: str) -> Iterator[pa.RecordBatchReader]:
    """Run one or more statements in one snapshot; yields the rows of the last.

    Raises UsageError where the SQL is wrong or would write to the tables.
    """
    with connect(settings, read_only=True) as connection:
        connection.execute("begin transaction read only")
        try:
            yield connection.execute(sql).fetch_record_batch(ROWS_A_BATCH)
        except duckdb.Error as error:
            raise UsageError(str(error)) from error


def count_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of the tables that people ask for."""
    return dict(connection.execute(read_sql("analysis/table_counts.sql")).fetchall())


def count_reasons(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Rejects by reason, most first."""
    return connection.execute(read_sql("analysis/rejects_by_reason.sql")).fetchall()


def recent_batches(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """The latest loads, newest first, by column name."""
    found = connection.execute(read_sql("analysis/recent_batches.sql"))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
