"""Where a replay builds: a plain DuckDB file beside the tables; and the swap that takes its rows over.

    DATA/replay.duckdb    schema `main`: the tables as they will be
                          schema `again`: what a replay since some time made again, before it is folded in

Building there takes no lock, and adds nothing to the catalog (docs/decisions/0013).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.settings import Settings
from pipeline.warehouse.connect import LAKE, MAIN, quote
from pipeline.warehouse.load import Loaded, load_items
from pipeline.warehouse.lock import REPLAY_LOCK, writer_lock
from pipeline.warehouse.match import match_batch, note_texts_before
from pipeline.warehouse.migrate import migrate
from pipeline.warehouse.run_sql import run_file
from pipeline.warehouse.transaction import sync_tables

BESIDE, AGAIN = "beside", "again"
FILE = "replay.duckdb"
MEMORY = "512MB"
# What is made from captures. All else stays, such as what was asked of others and when (004_feeds.sql).
MADE_TABLES = (
    *("captures", "articles", "article_revisions", "quotes", "fingerprints", "duplicates", "boilerplate"),
    *("rejects", "batches"),
)


@contextmanager
def built_beside(
    connection: duckdb.DuckDBPyConnection, settings: Settings, on_wait: Callable[[], None]
) -> Iterator[None]:
    """An empty database with all tables, in use by the connection; one replay at a time.

    It is gone afterwards; what a killed replay left goes at the next start.
    """
    path = settings.data / FILE
    path.parent.mkdir(parents=True, exist_ok=True)  # a machine beside a store may have none yet
    with writer_lock(settings, on_wait, REPLAY_LOCK):
        _remove(path)
        with writer_lock(settings, on_wait):  # where version 0.1 built
            connection.execute(f"drop schema if exists {LAKE}.replay cascade")
        connection.execute(f"set memory_limit = {quote(MEMORY)}")
        connection.execute(f"attach {quote(str(path))} as {BESIDE}")
        try:
            use(connection, MAIN)
            migrate(connection)
            yield
        finally:
            _remove(path)  # first: on a full disk the file cannot be closed well
            connection.execute(f"use {LAKE}.{MAIN}")
            connection.execute(f"detach {BESIDE}")


def use(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Let names without a schema mean the tables beside."""
    connection.execute(f"use {BESIDE}.{schema}")


def add_schema(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """One more set of empty tables beside, in use from now on."""
    connection.execute(f"create schema {BESIDE}.{schema}")
    use(connection, schema)
    migrate(connection)


def load_beside(connection: duckdb.DuckDBPyConnection, folder: Path) -> Loaded:
    """Load a staged batch into the tables in use beside."""
    with transaction(connection):
        return load_items(connection, folder)


def load_unmatched(connection: duckdb.DuckDBPyConnection, folder: Path) -> Loaded:
    """Load a staged batch into the tables in use beside, and keep its hashes instead of matching it."""
    with transaction(connection):
        loaded = load_items(connection, folder, matching=False)
        run_file(connection, "replay/since_hashes.sql")
        return loaded


def match_again(connection: duckdb.DuckDBPyConnection) -> None:
    """Let articles come to those that are beside, new ones or with other content; within a transaction.

    They stand in `fresh_articles`, their hashes in `staged_fingerprints`, the load's time in `this_batch`.
    """
    run_file(connection, "replay/arrive.sql")
    note_texts_before(connection)
    run_file(connection, "replay/arrived.sql")
    match_batch(connection)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What is executed within is committed at the end, or all of it undone."""
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        connection.rollback()
        raise


def copy_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy all tables that a replay makes into the empty ones beside, as they are now."""
    with transaction(connection):
        for name in MADE_TABLES:
            connection.execute(f"insert into {BESIDE}.{MAIN}.{name} by name from {LAKE}.{MAIN}.{name}")


def swap_in(
    connection: duckdb.DuckDBPyConnection, settings: Settings, tables: Iterable[str], update: str | None
) -> None:
    """Put the rows of tables beside in place of all others, in one transaction. The caller holds the lock.

    `update`: a SQL file that changes another table in the same transaction.
    """
    connection.execute(f"use {LAKE}.{MAIN}")
    migrate(connection)
    with transaction(connection):
        for name in tables:
            connection.execute(f"delete from {LAKE}.{MAIN}.{name}")
            connection.execute(f"insert into {LAKE}.{MAIN}.{name} by name from {BESIDE}.{MAIN}.{name}")
        if update is not None:
            run_file(connection, update)
        sync_tables(settings)


def _remove(path: Path) -> None:
    for left in (path, path.with_name(f"{path.name}.wal")):
        left.unlink(missing_ok=True)
