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
from typing import TYPE_CHECKING, BinaryIO, Protocol

from pipeline.errors import LockedError, UsageError, WarehouseError
from pipeline.settings import Settings
from pipeline.warehouse.catalog import PostgresCatalog, SqliteCatalog, parse_catalog

if TYPE_CHECKING:
    import psycopg

WRITER_LOCK = 0x6E657773666C6F77  # "newsflow", as a PostgreSQL advisory key
REPLAY_LOCK = WRITER_LOCK + 1
WATCH_LOCK = WRITER_LOCK + 2
TURN_LOCK = WRITER_LOCK + 3  # of the writer that comes next
FILES = {  # beside a SQLite catalog
    WRITER_LOCK: "lock",
    REPLAY_LOCK: "replay-lock",
    WATCH_LOCK: "watch-lock",
    TURN_LOCK: "turn-lock",
}
RETRY_SECONDS = 0.05
PROBED_SECONDS = 0.5  # a watch that begins outlasts whoever only asks whether there is one


@contextmanager
def writer_lock(settings: Settings, on_wait: Callable[[], None], key: int = WRITER_LOCK) -> Iterator[None]:
    """Hold the lock `key`. `on_wait` is called once if somebody else holds it.

    Who waits to write is the next one: a writer that would take the lock again and again, such as a backfill
    between two loads, must first wait for the turn that the waiting one has. Raises LockedError after
    `settings.lock_seconds`.
    """
    wanted = [TURN_LOCK, key] if key == WRITER_LOCK else [key]
    with _locks(settings) as locks:

        def attempt() -> bool:
            while wanted and locks.take(wanted[0]):
                wanted.pop(0)
            return not wanted

        _wait(attempt, settings.lock_seconds, on_wait)
        if key == WRITER_LOCK:
            locks.give(TURN_LOCK)
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


class _Locks(Protocol):
    """Locks by their keys, of one holder."""

    def take(self, key: int) -> bool:
        """Take a lock that nobody else holds."""

    def give(self, key: int) -> None:
        """Let a lock go that was taken."""


@contextmanager
def _locks(settings: Settings) -> Iterator[_Locks]:
    """The locks of a catalog; those that are held at the end are let go."""
    catalog = parse_catalog(settings.catalog)
    if isinstance(catalog, SqliteCatalog):
        with ExitStack() as files:
            yield _FileLocks(catalog.path, files)
    else:
        with _connected(catalog) as connection:
            yield _AdvisoryLocks(connection)


class _FileLocks:
    """Locks on files beside a SQLite catalog."""

    def __init__(self, catalog: Path, files: ExitStack) -> None:
        self._catalog = catalog
        self._stack = files
        self._files: dict[int, BinaryIO] = {}

    def take(self, key: int) -> bool:
        """Take a lock that nobody else holds."""
        if key not in self._files:
            path = Path(f"{self._catalog}.{FILES[key]}")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._files[key] = self._stack.enter_context(path.open("ab"))
        try:
            fcntl.flock(self._files[key], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give(self, key: int) -> None:
        """Let a lock go that was taken."""
        fcntl.flock(self._files[key], fcntl.LOCK_UN)


class _AdvisoryLocks:
    """Advisory locks of a session on PostgreSQL."""

    def __init__(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        self._connection = connection

    def take(self, key: int) -> bool:
        """Take a lock that nobody else holds."""
        row = self._connection.execute("select pg_try_advisory_lock(%s)", [key]).fetchone()
        return row is not None and bool(row[0])

    def give(self, key: int) -> None:
        """Let a lock go that was taken."""
        self._connection.execute("select pg_advisory_unlock(%s)", [key])


def _connected(catalog: PostgresCatalog) -> "psycopg.Connection[tuple[object, ...]]":
    try:
        import psycopg
    except ImportError as error:
        raise UsageError("a PostgreSQL catalog needs psycopg: pip install 'newsflow[postgres]'") from error
    try:
        return psycopg.connect(catalog.connection, autocommit=True)
    except psycopg.OperationalError as error:
        raise WarehouseError(f"cannot reach the catalog: {' '.join(str(error).split())}") from error


def _wait(attempt: Callable[[], bool], seconds: float, on_wait: Callable[[], None]) -> None:
    if attempt():
        return
    on_wait()
    deadline = time.monotonic() + seconds
    while not attempt():
        if time.monotonic() > deadline:
            raise LockedError(f"another writer has held the warehouse for {seconds:.0f} s; try again later")
        time.sleep(RETRY_SECONDS)
