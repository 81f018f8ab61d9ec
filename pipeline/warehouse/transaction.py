"""A write that commands make: the writer's lock, the schema brought up to date, one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from pipeline.settings import Settings
from pipeline.warehouse.load import sync_tables
from pipeline.warehouse.lock import writer_lock
from pipeline.warehouse.migrate import migrate


@contextmanager
def transaction(
    connection: duckdb.DuckDBPyConnection, settings: Settings, on_wait: Callable[[], None]
) -> Iterator[None]:
    """What is executed within is committed at the end, and all of it is undone by an error."""
    with writer_lock(settings, on_wait):
        migrate(connection)
        connection.execute("begin")
        try:
            yield
            sync_tables(settings)
            connection.execute("commit")
        except BaseException:
            connection.rollback()
            raise
