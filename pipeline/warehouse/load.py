"""The load: one staged batch into the tables, in one transaction, under the writer's lock.

    00 staged -> 10 fresh -> 20 revisions -> 30 winners -> 40 to 43 known articles -> 50 new rows -> match
    -> 60 ledger -> 70 feeds and pages, of live ingestion -> 80 marks, of a backfill

It is idempotent by batch and by key: what an earlier batch brought is left out, and a batch without anything
new writes nothing. The tables are a function of the set of captures, whatever their order and batches.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from pipeline.dispositions import Disposition, Reason
from pipeline.settings import Settings
from pipeline.warehouse.lock import writer_lock
from pipeline.warehouse.match import match_batch, note_texts_before
from pipeline.warehouse.migrate import migrate
from pipeline.warehouse.run_sql import run_file, run_where, with_rows
from pipeline.warehouse.sql_files import read_sql
from pipeline.warehouse.transaction import sync_tables


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load brought: where its new items ended, and why items were rejected.

    `seconds`: how long it held the writer's lock.
    """

    ended: Counter[Disposition] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    seconds: float = field(default=0.0, compare=False)

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(self.ended + other.ended, self.reasons + other.reasons, self.seconds + other.seconds)


def load_staged(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    folder: Path,
    on_wait: Callable[[], None],
    *,
    may_be_held: bool = False,
) -> Loaded:
    """Load a staged batch. After a crash at any point the same call completes it.

    Where what it says of feeds and pages `may_be_held` already, that is looked for; items always are.
    """
    with writer_lock(settings, on_wait):
        began = time.monotonic()
        migrate(connection)
        loaded = load_batch(connection, settings, folder, may_be_held=may_be_held)
        return replace(loaded, seconds=time.monotonic() - began)


def load_batch(
    connection: duckdb.DuckDBPyConnection, settings: Settings, folder: Path, *, may_be_held: bool = False
) -> Loaded:
    """The load itself; the caller holds the lock and has brought the schema up to date."""
    is_live, has_marks, has_items = (
        (folder / f"{name}.parquet").exists() for name in ("polls", "marks", "captures")
    )
    connection.execute("begin")
    try:
        if is_live and may_be_held:
            is_live = not _is_held(connection, folder)
        # Most polls bring no item: then the forty statements about items are spared.
        loaded = load_items(connection, folder) if has_items else Loaded()
        if is_live:
            run_file(connection, "load/70_live.sql", {"folder": str(folder)})
        if has_marks:
            run_file(connection, "load/80_marks.sql", {"folder": str(folder)})
        if loaded.ended.total() == 0 and not is_live and not has_marks:
            connection.rollback()
            return loaded
        sync_tables(settings)
        connection.execute("commit")
        return loaded
    except BaseException:
        connection.rollback()
        raise


def _is_held(connection: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    found = connection.execute(read_sql("load/05_held_live.sql"), {"folder": str(folder)}).fetchone()
    return bool(found and found[0])


def load_items(connection: duckdb.DuckDBPyConnection, folder: Path, *, matching: bool = True) -> Loaded:
    """Captures, articles, quotes, stories and the ledger; within a transaction.

    Without matching no fingerprint is kept, and each article is a story of its own.
    """
    for name in ("load/00_staged.sql", "load/10_fresh.sql"):
        run_file(connection, name, {"folder": str(folder)})
    run_file(connection, "load/20_revisions.sql")
    run_file(connection, "load/30_winners.sql")
    if matching:
        note_texts_before(connection)
    _change_known(connection)
    run_file(connection, "load/50_new_rows.sql")
    if matching:
        match_batch(connection)
    run_file(connection, "load/60_ledger.sql")
    return _counts(connection)


def _change_known(connection: duckdb.DuckDBPyConnection) -> None:
    """Change the rows of articles that were known before."""
    if not with_rows(connection, "known_articles"):
        return
    run_file(connection, "load/40_changes.sql")
    changes = with_rows(connection, "renumbered", "mended", "giving_way")
    run_where(connection, changes, {"renumbered"}, "load/41_renumbered.sql")
    run_where(connection, changes, {"mended"}, "load/42_mended.sql")
    run_where(connection, changes, {"giving_way"}, "load/43_giving_way.sql")


def _counts(connection: duckdb.DuckDBPyConnection) -> Loaded:
    names = ", ".join(disposition.value for disposition in Disposition)
    row = connection.execute(f"select {names} from batch_counts").fetchone() or ()
    reasons = connection.execute("select reason, count(*) from fresh_rejects group by reason").fetchall()
    return Loaded(
        Counter(dict(zip(Disposition, row, strict=True))),
        Counter({Reason(reason): count for reason, count in reasons}),
    )
