"""The place of a replay: a schema beside the tables, and the swap that puts its rows in their place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import duckdb

from pipeline.archive.order import LoadTimes
from pipeline.settings import Settings
from pipeline.warehouse.connect import LAKE, MAIN
from pipeline.warehouse.load import sync_tables
from pipeline.warehouse.lock import REPLAY_LOCK, writer_lock
from pipeline.warehouse.migrate import current_version, migrate
from pipeline.warehouse.publish import table_names
from pipeline.warehouse.sql_files import read_sql

REPLAY = "replay"
# Not made from captures: the schema's own history, and what was asked of others and when (004_feeds.sql).
KEPT_TABLES = {"schema_versions", "feeds", "entries", "polls", "fetches"}


def read_load_times(connection: duckdb.DuckDBPyConnection) -> LoadTimes:
    """When the batches in the tables were loaded; nothing where there are no tables yet."""
    if current_version(connection)[0] == 0:
        return LoadTimes({}, {})
    rows = connection.execute(read_sql("load/07_load_times.sql")).fetchall()
    of_file: dict[str, datetime] = {}
    for path, _, at in rows:
        of_file[path] = min(at, of_file.get(path, at))
    return LoadTimes({batch_id: at for _, batch_id, at in rows}, of_file)


@contextmanager
def replay_schema(
    connection: duckdb.DuckDBPyConnection, settings: Settings, on_wait: Callable[[], None]
) -> Iterator[None]:
    """An empty schema `replay`, in use by the connection; one replay at a time. What is left of it goes."""
    with writer_lock(settings, on_wait, REPLAY_LOCK):
        with writer_lock(settings, on_wait):
            connection.execute(f"drop schema if exists {LAKE}.{REPLAY} cascade")
            connection.execute(f"create schema {LAKE}.{REPLAY}")
            connection.execute(f"use {LAKE}.{REPLAY}")
            migrate(connection)
        try:
            yield
        finally:
            connection.execute(f"use {LAKE}.{MAIN}")
            with writer_lock(settings, on_wait):
                connection.execute(f"drop schema if exists {LAKE}.{REPLAY} cascade")


def swap_in(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Put the rows of the replay in place of all others, in one transaction. The caller holds the lock."""
    connection.execute(f"use {LAKE}.{MAIN}")
    migrate(connection)
    connection.execute("begin")
    for name in table_names(connection, REPLAY):
        if name not in KEPT_TABLES:
            connection.execute(f"delete from {LAKE}.{MAIN}.{name}")
            connection.execute(f"insert into {LAKE}.{MAIN}.{name} from {LAKE}.{REPLAY}.{name}")
    sync_tables(settings.tables)
    connection.execute("commit")
