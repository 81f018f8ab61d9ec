"""The published copy: all tables in one plain `.duckdb` file, replaced atomically."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import duckdb

from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.store import SCHEME, Bucket
from pipeline.warehouse.connect import LAKE, MAIN, connect, quote
from pipeline.warehouse.sql_files import list_sql, read_sql

COPY = "published"


def publish_copy(settings: Settings, target: str) -> int:
    """Write the copy, to a path or an address in S3 storage; returns its rows.

    Readers of an older copy keep it until they open the file again. Raises UsageError where the target
    cannot be written.
    """
    if not target.startswith(SCHEME):
        return _write(settings, Path(target))
    folder, _, name = target.rpartition("/")
    with TemporaryDirectory(prefix="newsflow-") as here:
        rows = _write(settings, Path(here) / name)
        Bucket(folder).put(Path(here) / name, name)
    return rows


def _write(settings: Settings, target: Path) -> int:
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent}: no such folder")
    part = target.with_name(f".{target.name}-{uuid4().hex[:8]}")
    try:
        with connect(settings, read_only=True) as connection:
            rows = _copy(connection, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return rows


def _copy(connection: duckdb.DuckDBPyConnection, part: Path) -> int:
    try:
        connection.execute(f"attach {quote(str(part))} as {COPY}")
    except duckdb.IOException as error:
        raise UsageError(f"{part.parent}: cannot write there ({error})") from error
    connection.execute("begin")
    rows = sum(_copy_table(connection, name) for name in table_names(connection))
    connection.execute(f"use {COPY}.main")
    for name in list_sql("views"):
        connection.execute(read_sql(name))
    connection.execute("commit")
    connection.execute(f"use {LAKE}.{MAIN}")
    connection.execute(f"detach {COPY}")
    return rows


def table_names(connection: duckdb.DuckDBPyConnection, schema: str = MAIN) -> list[str]:
    """The tables of the warehouse, by name."""
    rows = connection.execute(
        """
        select table_name from duckdb_tables()
        where database_name = ? and schema_name = ?
        order by table_name
        """,
        [LAKE, schema],
    ).fetchall()
    return [row[0] for row in rows]


def _copy_table(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    connection.execute(f"create table {COPY}.main.{name} as from {LAKE}.{MAIN}.{name}")
    comments = connection.execute(
        """
        select column_name, comment from duckdb_columns()
        where database_name = ? and schema_name = ? and table_name = ? and comment is not null
        """,
        [LAKE, MAIN, name],
    ).fetchall()
    for column, comment in comments:
        connection.execute(f"comment on column {COPY}.main.{name}.{column} is {quote(comment)}")
    row = connection.execute(f"select count(*) from {COPY}.main.{name}").fetchone()
    return int(row[0]) if row else 0
