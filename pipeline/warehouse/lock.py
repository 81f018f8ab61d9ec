"""The writer's lock: one load at a time.

Without it two loads of the same keys double rows on PostgreSQL (snapshot isolation, no keys) and fail with
"database is locked" on SQLite. On a SQLite catalog the lock is an flock on a file beside it, on PostgreSQL a
session advisory lock; both are let go by the operating system or server when their holder dies.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline.errors import LockedError, UsageError, WarehouseError
from pipeline.settings import Settings
from pipeline.warehouse.catalog import PostgresCatalog, SqliteCatalog, parse_catalog

WRITER_LOCK = 0x6E657773666C6F77  # "newsflow", as a PostgreSQL advisory key
REPLAY_LOCK = WRITER_LOCK + 1
WATCH_LOCK = WRITER_LOCK + 2
FILES = {WRITER_LOCK: "lock", REPLAY_LOCK: "replay-lock", WATCH_LOCK: "watch-lock"}  # beside a SQLite catalog
RETRY_SECONDS = 0.05
PROBED_SECONDS = 0.5  # a watch that begins outlasts whoever only asks whether there is one


@contextmanager
def writer_lock(settings: Settings, on_wait: Callable[[], None], key: int = WRITER_LOCK) -> Iterator[None]:
    """Hold the lock `key`. `on_wait` is called once if somebody else holds it.

    Raises LockedError after `settings.lock_seconds`.
    """
    catalog = parse_catalog(settings.catalog)
    if isinstance(catalog, SqliteCatalog):
        with _file_lock(catalog, settings, on_wait, key):
            yield
    else:
        with _advisory_lock(catalog, settings, on_wait, key):
            yield


@contextmanager
def watch_lock(settings: Settings) -> Iterator[None]:
    """Be the one watch of the warehouse. Raises LockedError where there is another."""
    with ExitStack() as held:
        try:
            held.enter_context(_watching(settings, PROBED_SECONDS))
        except LockedError as error:
            busy = f"another `newsflow watch` is at work on {settings.data}; stop it first"
            raise LockedError(busy) from error
        yield


def is_watched(settings: Settings) -> bool:
    """Whether a watch is at work on the warehouse. Its lock is held for the moment of asking."""
    try:
        with _watching(settings, 0.0):
            return False
    except LockedError:
        return True


def _watching(settings: Settings, seconds: float) -> AbstractContextManager[None]:
    return writer_lock(replace(settings, lock_seconds=seconds), lambda: None, WATCH_LOCK)


@contextmanager
def _file_lock(
    catalog: SqliteCatalog, settings: Settings, on_wait: Callable[[], None], key: int
) -> Iterator[None]:
    path = Path(f"{catalog.path}.{FILES[key]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:

        def attempt() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _wait(attempt, settings.lock_seconds, on_wait)
        yield


@contextmanager
def _advisory_lock(
    catalog: PostgresCatalog, settings: Settings, on_wait: Callable[[], None], key: int
) -> Iterator[None]:
    try:
        import psycopg
    except ImportError as error:
        raise UsageError("a PostgreSQL catalog needs psycopg: pip install 'newsflow[postgres]'") from error
    try:
        connection = psycopg.connect(catalog.connection, autocommit=True)
    except psycopg.OperationalError as error:
        raise WarehouseError(f"cannot reach the catalog: {' '.join(str(error).split())}") from error
    with connection:

        def attempt() -> bool:
            row = connection.execute("select pg_try_advisory_lock(%s)", [key]).fetchone()
            return row is not None and bool(row[0])

        _wait(attempt, settings.lock_seconds, on_wait)
        yield


def _wait(attempt: Callable[[], bool], seconds: float, on_wait: Callable[[], None]) -> None:
    if attempt():
        return
    on_wait()
    deadline = time.monotonic() + seconds
    while not attempt():
        if time.monotonic() > deadline:
            raise LockedError(f"another writer has held the warehouse for {seconds:.0f} s; try again later")
        time.sleep(RETRY_SECONDS)
