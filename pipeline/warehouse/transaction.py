"""A write that commands make: the writer's lock, the schema brought up to date, one transaction.

What comes before the commit of any transaction, a load's too, is `sync_tables`.
"""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from pipeline.settings import Settings
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


def sync_tables(settings: Settings) -> None:
    """Bring the Parquet files to disk before the commit that names them: DuckLake does not (about 3 ms)."""
    if settings.store:  # an object is there when its writing has ended
        return
    handle = os.open(settings.tables, os.O_RDONLY)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:  # macOS has none
            os.sync()
        elif syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), "syncfs failed", settings.tables)
    finally:
        os.close(handle)
