"""Running SQL files on a connection."""

from collections.abc import Mapping

import duckdb

from pipeline.warehouse.sql_files import read_sql


def run_file(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object] | None = None
) -> None:
    """Run every statement of a SQL file; each is given the named parameters that it uses."""
    for statement in connection.extract_statements(read_sql(name)):
        given = {key: value for key, value in (parameters or {}).items() if key in statement.named_parameters}
        connection.execute(statement, given)


def has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a temporary table of the load holds anything: a statement on none still costs 5 ms."""
    return connection.execute(f"select 1 from temp.{table} limit 1").fetchone() is not None


def count_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
