"""Staging: what the stages made of one batch becomes Parquet files, which one load then takes.

    staging/BATCH_ID/captures.parquet articles.parquet quotes.parquet fingerprints.parquet rejects.parquet
    staging/BATCH_ID/batch.parquet      one row: the batch itself

A staged batch holds all that its load needs: it may be made on another machine than the one that loads it.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive.captures import BatchInfo
from pipeline.records import Article, Capture, Dropped, Quote, Refusal
from pipeline.work import Extracted

QUOTES = UUID("9a0a3a63-6b0b-5d7a-8a3e-0e7f5d1f2c11")
TIME = pa.timestamp("us", tz="UTC")


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


SCHEMAS: dict[str, Any] = {
    "batch": pa.schema(
        [("batch_id", pa.string()), ("kind", pa.string()), ("source", pa.string()), ("started_at", TIME)]
    ),
    "captures": pa.schema(
        [
            ("capture_id", pa.string()),
            ("url", pa.string()),
            ("final_url", pa.string()),
            ("fetched_at", TIME),
            ("http_status", pa.int32()),
            ("media_type", pa.string()),
            ("payload_sha256", pa.string()),
            ("warc_file", pa.string()),
            ("warc_offset", pa.int64()),
        ]
    ),
    "articles": pa.schema(
        [
            ("capture_id", pa.string()),
            ("article_id", pa.string()),
            ("url", pa.string()),
            ("canonical_url", pa.string()),
            ("is_canonical_url", pa.bool_()),
            ("publisher", pa.string()),
            ("title", pa.string()),
            ("authors", pa.list_(pa.string())),
            ("published_at", TIME),
            ("modified_at", TIME),
            ("fetched_at", TIME),
            ("language", pa.string()),
            ("text", pa.string()),
            ("word_count", pa.int32()),
            ("section", pa.string()),
            ("is_paywalled", pa.bool_()),
            ("is_truncated", pa.bool_()),
            ("extractor", pa.string()),
            ("notes", pa.list_(pa.string())),
            ("content_hash", pa.string()),
            ("text_hash", pa.uint64()),
        ]
    ),
    "quotes": pa.schema(
        [
            ("capture_id", pa.string()),
            ("quote_id", pa.string()),
            ("article_id", pa.string()),
            ("ordinal", pa.int32()),
            ("kind", pa.string()),
            ("text", pa.string()),
            ("start_char", pa.int32()),
            ("end_char", pa.int32()),
            ("speaker", pa.string()),
            ("speaker_mention", pa.string()),
            ("speaker_start_char", pa.int32()),
            ("speaker_role", pa.string()),
            ("cue", pa.string()),
            ("confidence", pa.float64()),
        ]
    ),
    "fingerprints": pa.schema([("capture_id", pa.string()), ("hash", pa.uint64())]),
    "rejects": pa.schema(
        [
            ("item_key", pa.string()),
            ("capture_id", pa.string()),
            ("stage", pa.string()),
            ("reason", pa.string()),
            ("detail", pa.string()),
        ]
    ),
}


def stage_batch(folder: Path, batch: Batch) -> Path:
    """Write the batch's Parquet files; returns their folder. Two processes staging one batch do not meet."""
    target = folder / f"{batch.batch_id}-{uuid4().hex[:8]}"
    target.mkdir(parents=True)
    for name, rows in _rows(batch).items():
        schema = SCHEMAS[name]
        columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
        arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
        pq.write_table(pa.table(arrays, schema=schema), target / f"{name}.parquet", compression="zstd")
    return target


def discard_staged(folder: Path) -> None:
    """Remove a staged batch after its load."""
    shutil.rmtree(folder)


def _rows(batch: Batch) -> dict[str, list[tuple[Any, ...]]]:
    info = batch.info
    outcomes = [(one.capture.capture_id, one.outcome) for one in batch.examined]
    found = [(key, outcome) for key, outcome in outcomes if isinstance(outcome, Extracted)]
    dropped = [(key, outcome) for key, outcome in outcomes if isinstance(outcome, Dropped)]
    return {
        "batch": [(batch.batch_id, info.kind, info.source, info.started_at)],
        "captures": [_capture_row(one) for one in batch.examined],
        "articles": [_article_row(outcome) for _, outcome in found],
        "quotes": [_quote_row(outcome.article, quote) for _, outcome in found for quote in outcome.quotes],
        "fingerprints": [(key, value) for key, outcome in found for value in outcome.fingerprint.hashes],
        "rejects": [_reject_row(key, key, one) for key, one in dropped]
        + [_reject_row(one.item_key, None, one.dropped) for one in batch.refusals],
    }


def _capture_row(one: Examined) -> tuple[Any, ...]:
    capture = one.capture
    return (
        capture.capture_id,
        capture.url,
        capture.final_url,
        capture.fetched_at,
        capture.http_status,
        capture.media_type,
        capture.payload_sha256,
        one.warc_file,
        one.warc_offset,
    )


def _article_row(found: Extracted) -> tuple[Any, ...]:
    article = found.article
    return (
        article.capture_id,
        str(article.article_id),
        article.url,
        article.canonical_url,
        found.is_canonical_url,
        article.publisher,
        article.title,
        article.authors,
        article.published_at,
        article.modified_at,
        article.fetched_at,
        article.language,
        article.text,
        article.word_count,
        article.section,
        article.is_paywalled,
        article.is_truncated,
        article.extractor,
        article.notes,
        article.content_hash,
        found.fingerprint.exact_hash,
    )


def _quote_row(article: Article, quote: Quote) -> tuple[Any, ...]:
    key = f"{article.article_id}\n{article.content_hash}\n{quote.start_char}\n{quote.end_char}\n{quote.kind}"
    return (
        article.capture_id,
        str(uuid5(QUOTES, key)),
        str(article.article_id),
        quote.ordinal,
        quote.kind,
        quote.text,
        quote.start_char,
        quote.end_char,
        quote.speaker,
        quote.speaker_mention,
        quote.speaker_start_char,
        quote.speaker_role,
        quote.cue,
        quote.confidence,
    )


def _reject_row(item_key: str, capture_id: str | None, dropped: Dropped) -> tuple[Any, ...]:
    return (item_key, capture_id, dropped.stage, dropped.reason.value, dropped.detail)
