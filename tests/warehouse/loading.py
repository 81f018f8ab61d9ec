"""Loading items into a warehouse within the test's own process, and reading all tables back."""

import dataclasses
import functools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline import batch
from pipeline.archive.writing import BatchInfo
from pipeline.batch import Report, Run
from pipeline.portions import Found
from pipeline.records import Item
from pipeline.settings import Limits, settings_for
from pipeline.stories import Matcher, sign_article
from pipeline.warehouse.connect import connect

INFO = BatchInfo("ingest", "test", datetime(2026, 3, 1, tzinfo=UTC))
# What differs between two loads of the same items: the batches, the files, and the clock.
VOLATILE = {"batch_id", "warc_file", "warc_offset", "detected_at", "rejected_at", "disposition", "fetched_at"}
TABLES = (
    *("captures", "articles", "article_revisions", "quotes", "fingerprints", "duplicates", "boilerplate"),
    "rejects",
)


@dataclasses.dataclass(frozen=True)
class Done:
    """A task that has already been worked on."""

    outcome: Any

    def result(self) -> Any:
        return self.outcome

    is_done = True

    def hold(self) -> None:
        """It has ended."""


class OwnProcess:
    """Does the work where it is handed in: the stages are pure, and the pool has tests of its own.

    The same capture is worked on once: loads are compared here, not stages.
    """

    def submit(self, function: Callable[[Any, Any], Any], one: Any, other: Any) -> Done:
        return _done(function, one, other)


@functools.lru_cache(maxsize=200)
def _done(function: Callable[[Any, Any], Any], one: Any, other: Any) -> Done:
    return Done(function(one, other))


@contextmanager
def open_warehouse(
    folder: Path, catalog: str | None = None, workers: OwnProcess | None = None, store: str = ""
) -> Iterator[Run]:
    settings = settings_for(folder, catalog, store=store)
    with connect(settings) as connection:
        yield Run(settings, connection, workers or OwnProcess())  # type: ignore[arg-type]


def in_loads_of(items: int) -> int:
    """The `Limits.batch_items` with which so many are one load."""
    return Limits().in_loads_of(items).batch_items


def load(run: Run, items: Sequence[Found], per_batch: int = 1000) -> Report:
    """Load items, so many to a batch."""
    limits = dataclasses.replace(run.settings.limits, batch_items=in_loads_of(per_batch))
    smaller = dataclasses.replace(run, settings=dataclasses.replace(run.settings, limits=limits))
    return batch.ingest(items, INFO, smaller)


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in a fixed order, without what differs between two loads."""
    return {table: rows_of(connection, table) for table in TABLES}


def ledger(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """What the ledger says whatever the order of loading.

    The capture that comes first brings an article (`loaded`), and what the later ones are is told from what
    is held by then. So which of an article's captures is `loaded` may differ; whether a page at another
    address is `loaded` or a `duplicate_url`; and with that how many others are `revised` or `unchanged`.
    These three together may not, nor what is rejected, nor any count of an article with one address. No name
    is that of a table, so that it goes together with `contents`.
    """
    return {
        "totals": connection.execute(
            """
            select sum(items), sum(loaded), sum(rejected), sum(revised + unchanged + duplicate_url)
            from batches
            """
        ).fetchall(),
        "ended captures": connection.execute(
            """
            select capture_id::varchar, disposition
            from captures
            qualify disposition = 'rejected' or count(*) over (partition by article_id) = 1
            order by all
            """
        ).fetchall(),
        "articles by ends": connection.execute(
            """
            select
                article_id::varchar,
                count(*) filter (where disposition = 'loaded'),
                count(*) filter (where disposition != 'loaded'),
                case when count(distinct url) = 1 then list_sort(list(disposition)) end
            from captures
            where article_id is not null
            group by article_id
            order by all
            """
        ).fetchall(),
    }


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    names = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    volatile = VOLATILE - ({"fetched_at"} if table != "captures" else set())
    kept = ", ".join(name for name in names if name not in volatile)
    return sorted(connection.execute(f"select {kept} from {table}").fetchall(), key=repr)


def groups(run: Run) -> set[frozenset[str]]:
    """The addresses of the articles of each story."""
    found = run.connection.execute("select list(url) from articles group by story_id").fetchall()
    return {frozenset(urls) for (urls,) in found}


def streamed(items: Iterable[Item]) -> set[frozenset[str]]:
    """The same by the matcher of the filter, which sees the rows one by one."""
    matcher = Matcher()
    for row in (json.loads(item.payload) for item in items):
        url, at = row["url"], datetime.fromisoformat(row["published_at"])
        matcher.add(sign_article(url, at, row["text"], row["title"], url.split("/")[2]))
    stories: dict[str, set[str]] = {}
    for url, story_id in matcher.stories.ids().items():
        stories.setdefault(story_id, set()).add(url)
    return {frozenset(urls) for urls in stories.values()}


def state(run: Run) -> dict[str, list[tuple[Any, ...]]]:
    """All tables and the ledger, as far as they do not depend on the order."""
    return contents(run.connection) | ledger(run.connection)
