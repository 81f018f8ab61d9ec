"""Printing rows: as a table for people, as CSV, JSON or Parquet for programs."""

import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO
from uuid import uuid4

import pyarrow as pa
import typer

from pipeline.cli.tables import print_table
from pipeline.cli.values import as_json, as_text
from pipeline.errors import UsageError

ROWS_SHOWN = 100  # on a terminal
ROWS_A_BLOCK = 1000  # aligned together in a pipe


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


@contextmanager
def piping() -> Iterator[None]:
    """Printing ends quietly, and well, when whoever reads has seen enough (`| head`)."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered has to go somewhere when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def write_rows(reader: pa.RecordBatchReader, output_format: Format, output: Path | None) -> None:
    """Write all rows to `output`, which is replaced when they are complete, or to standard output."""
    if output_format is Format.PARQUET and output is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for the terminal: add --output FILE, or redirect")
    with _opened(output) as stream:
        WRITERS[output_format](reader, stream)


def _write_table(reader: pa.RecordBatchReader, stream: IO[str]) -> None:
    """On a terminal the first rows, and how many more there are; in a pipe all."""
    rows = _rows(reader)
    block = list(islice(rows, ROWS_SHOWN if stream.isatty() else ROWS_A_BLOCK))
    print_table(reader.schema.names, block, stream)
    total = shown = len(block)
    if stream.isatty():
        total += sum(1 for _ in rows)
    while block := list(islice(rows, ROWS_A_BLOCK)):
        print_table(reader.schema.names, block, stream, header=False)
        total = shown = total + len(block)
    more = f" ({total - shown:,} more: use --format csv or json)" if total > shown else ""
    stream.write(f"{total:,} {'row' if total == 1 else 'rows'}{more}\n")


def _write_csv(reader: pa.RecordBatchReader, stream: IO[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(reader.schema.names)
    for row in _rows(reader):
        writer.writerow(as_text(value) for value in row)


def _write_json(reader: pa.RecordBatchReader, stream: IO[str]) -> None:
    """One array, one object a line."""
    names = reader.schema.names
    lead = "[\n"
    for row in _rows(reader):
        plain = {name: as_json(value) for name, value in zip(names, row, strict=True)}
        stream.write(lead + json.dumps(plain, ensure_ascii=False))
        lead = ",\n"
    stream.write("[]\n" if lead == "[\n" else "\n]\n")


def _write_parquet(reader: pa.RecordBatchReader, stream: IO[str]) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(stream.buffer, reader.schema, compression="zstd") as writer:  # type: ignore[attr-defined]
        for batch in reader:
            writer.write_batch(batch)


WRITERS = {
    Format.TABLE: _write_table,
    Format.CSV: _write_csv,
    Format.JSON: _write_json,
    Format.PARQUET: _write_parquet,
}


def _rows(reader: pa.RecordBatchReader) -> Iterator[Sequence[object]]:
    for batch in reader:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    part = output.with_name(f".{output.name}-{uuid4().hex[:8]}")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        part.replace(output)
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}; choose another file with --output") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
