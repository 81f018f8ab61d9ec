"""Staging: what the stages made of one batch becomes Parquet files, which one load then takes.

    staging/BATCH_ID/captures.parquet articles.parquet quotes.parquet fingerprints.parquet rejects.parquet
    staging/BATCH_ID/batch.parquet      one row: the batch itself
    staging/BATCH_ID/marks.parquet      how far parts of an archive were read, of a backfill only
    staging/BATCH_ID/feeds.parquet entries.parquet polls.parquet fetches.parquet       of live ingestion only,
                                        and then without the others where it brought no item

A staged batch holds all that its load needs: it may be made on another machine than the one that loads it.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4, uuid5

import duckdb

from pipeline.archive.parts import Mark
from pipeline.archive.writing import BatchInfo
from pipeline.records import Article, Capture, Dropped, Quote, Refusal
from pipeline.settings import Settings
from pipeline.warehouse.sql_files import read_sql
from pipeline.work import Extracted

if TYPE_CHECKING:
    from pipeline.warehouse.live_rows import LiveRows

QUOTES = UUID("9a0a3a63-6b0b-5d7a-8a3e-0e7f5d1f2c11")
Row = dict[str, object]
NAMES = {
    kind: [field.name for field in fields(kind)] for kind in (BatchInfo, Capture, Article, Quote, Dropped)
}
LEFTOVER_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Examined:
    """One capture of a batch, where it lies, and what became of it."""

    capture: Capture
    warc_file: str
    warc_offset: int
    outcome: Extracted | Dropped


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch, ready to be staged."""

    batch_id: str
    info: BatchInfo
    examined: Sequence[Examined]
    refusals: Sequence[Refusal]
    marks: Sequence[Mark] = ()


class Quoted(Protocol):
    """What the rows of quotes say of their article."""

    @property
    def article_id(self) -> UUID:
        """The article they stand in."""

    @property
    def content_hash(self) -> str:
        """The content that they were found in."""

    @property
    def capture_id(self) -> str:
        """The capture that shows it."""


def stage_batch(folder: Path, batch: Batch, live: "LiveRows | None" = None) -> Path:
    """Write the batch's Parquet files; returns their folder. Two processes staging one batch do not meet."""
    has_items = bool(batch.examined or batch.refusals)
    tables: dict[str, list[Row]] = _rows(batch) if has_items else {}
    tables |= live.by_table() if live else {}
    if batch.marks:
        tables["marks"] = [asdict(one) for one in batch.marks]
    return stage_rows(folder / f"{batch.batch_id or 'marks'}-{uuid4().hex[:8]}", tables)


def stage_rows(target: Path, tables: Mapping[str, Sequence[Row]]) -> Path:
    """Write rows into a new folder, by the name of their table; the types of columns stand in `sql/stage`."""
    target.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for name, rows in tables.items():
            given = {"rows": json.dumps(rows, default=_plain)}
            staged = connection.sql(read_sql(f"stage/{name}.sql"), params=given)
            staged.write_parquet(str(target / f"{name}.parquet"), compression="zstd")
    return target


def discard_staged(folder: Path) -> None:
    """Remove a staged batch after its load."""
    shutil.rmtree(folder)


def sweep_leftovers(settings: Settings, now: datetime) -> int:
    """Remove what killed runs left: staged batches and unfinished capture files untouched for a day.

    Returns how many. What a run is still working on is younger.
    """
    left = [*settings.staging.glob("*"), *settings.captures.glob(".part-*")]
    old = [path for path in left if path.stat().st_mtime < now.timestamp() - LEFTOVER_SECONDS]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def _rows(batch: Batch) -> dict[str, list[Row]]:
    """The rows of each file."""
    outcomes = [(one.capture.capture_id, one.outcome) for one in batch.examined]
    found = [(key, outcome) for key, outcome in outcomes if isinstance(outcome, Extracted)]
    dropped = [(key, outcome) for key, outcome in outcomes if isinstance(outcome, Dropped)]
    return {
        "batch": [{"batch_id": batch.batch_id, **_fields(batch.info)}],
        "captures": [_capture_row(one) for one in batch.examined],
        "articles": [_article_row(outcome) for _, outcome in found],
        "quotes": [row for _, outcome in found for row in quote_rows(outcome.article, outcome.quotes)],
        "fingerprints": [{"capture_id": key, "hashes": outcome.fingerprint.hashes} for key, outcome in found],
        "rejects": [_reject_row(key, key, one) for key, one in dropped]
        + [_reject_row(one.item_key, None, one.dropped) for one in batch.refusals],
    }


def _fields(record: BatchInfo | Capture | Article | Quote | Dropped) -> Row:
    """The fields of a record by name, not copied."""
    return {name: getattr(record, name) for name in NAMES[type(record)]}


def _capture_row(one: Examined) -> Row:
    return {**_fields(one.capture), "warc_file": one.warc_file, "warc_offset": one.warc_offset}


def _article_row(found: Extracted) -> Row:
    own = {"is_canonical_url": found.is_canonical_url, "text_hash": found.fingerprint.exact_hash}
    return {**_fields(found.article), **own}


def quote_rows(article: Quoted, quotes: Iterable[Quote]) -> Iterator[Row]:
    """The rows of the quotes of one article."""
    own = {"article_id": str(article.article_id), "capture_id": article.capture_id}
    content = f"{article.article_id}\n{article.content_hash}"
    for quote in quotes:
        key = f"{content}\n{quote.start_char}\n{quote.end_char}\n{quote.kind}"
        yield {**_fields(quote), **own, "quote_id": str(uuid5(QUOTES, key))}


def _reject_row(item_key: str, capture_id: str | None, dropped: Dropped) -> Row:
    return {**_fields(dropped), "item_key": item_key, "capture_id": capture_id}


def _plain(value: object) -> str:
    """How JSON holds ids and times."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
