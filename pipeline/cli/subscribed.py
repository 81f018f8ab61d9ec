"""Subscriptions as the tables hold them, and lists of them in files."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.options import messages
from pipeline.errors import SourceError, UsageError
from pipeline.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from pipeline.acquire.opml import Subscription
    from pipeline.warehouse.subscriptions import Held


def read_subscribed(chosen: Settings) -> "list[Held]":
    """The subscribed feeds; none where there are no tables yet, or only those of an older version."""
    from pipeline.warehouse.connect import connect, is_made
    from pipeline.warehouse.subscriptions import has_feeds, read_held

    if not is_made(chosen):
        return []
    with connect(chosen, read_only=True) as connection:
        return read_held(connection, chosen) if has_feeds(connection) else []


@contextmanager
def writing(chosen: Settings) -> "Iterator[tuple[duckdb.DuckDBPyConnection, Callable[[], None]]]":
    """A connection for a short write, and what says that somebody else is writing; errors in one line."""
    from pipeline.cli.running import disk_errors, waiting
    from pipeline.warehouse.connect import connect

    on_wait = waiting(messages())
    with disk_errors(chosen), connect(chosen, on_wait=on_wait) as connection:
        yield connection, on_wait


def require_tables(chosen: Settings) -> None:
    """Raise UsageError where nothing was ever subscribed: to change feeds is no reason to make tables."""
    from pipeline.warehouse.connect import is_made

    if not is_made(chosen):
        raise UsageError(f"no feed is subscribed in {chosen.data}; add one: newsflow feeds add URL")


def read_list(source: str) -> "list[Subscription]":
    """The feeds of an OPML file, or of standard input (-). Raises SourceError."""
    from pipeline.acquire.opml import read_opml

    try:
        listed = read_opml(sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes())
    except OSError as error:
        raise SourceError(f"{source}: {error.strerror}; give https://... or an OPML file") from error
    except SourceError as error:
        raise SourceError(f"{source}: {error}") from error
    if not listed:
        raise SourceError(f"{source}: it lists no feed (outlines with xmlUrl)")
    return listed


def write_list(listed: "Sequence[Subscription]", title: str, path: Path, remedy: str) -> None:
    """Write the feeds as OPML to a new file. Raises UsageError with the remedy."""
    from pipeline.acquire.opml import write_opml

    try:
        with path.open("xb") as stream:
            stream.write(write_opml(listed, title))
    except FileExistsError as error:
        raise UsageError(f"{path}: it exists already; {remedy}") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; {remedy}") from error
