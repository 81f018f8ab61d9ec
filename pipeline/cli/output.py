"""Printing rows: as a table for people, as CSV, JSON or Parquet for programs."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from pipeline.errors import UsageError

ROWS_SHOWN = 100
CELL_CHARS = 200


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def write_rows(reader: pa.RecordBatchReader, output_format: Format, output: Path | None) -> None:
    """Write all rows to `output`, or to standard output."""
    if output_format is Format.PARQUET:
        _write_parquet(reader, output)
        return
    with _opened(output) as stream:
        if output_format is Format.TABLE:
            _write_table(reader, stream)
        elif output_format is Format.CSV:
            _write_csv(reader, stream)
        else:
            _write_json(reader, stream)


def _write_table(reader: pa.RecordBatchReader, stream: IO[str]) -> None:
    """The first rows, long cells cut; a last line says how many more there are."""
    table = Table(*reader.schema.names, box=None, pad_edge=False, header_style="bold")
    total = 0
    for row in _rows(reader):
        total += 1
        if total <= ROWS_SHOWN:
            table.add_row(*(_cell(value) for value in row))
    console = Console(file=stream, highlight=False, markup=False)
    console.print(table)
    more = f" ({total - ROWS_SHOWN:,} more: use --format csv or json)" if total > ROWS_SHOWN else ""
    console.print(f"{total:,} {'row' if total == 1 else 'rows'}{more}")


def _write_csv(reader: pa.RecordBatchReader, stream: IO[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(reader.schema.names)
    for row in _rows(reader):
        writer.writerow("" if value is None else _plain(value) for value in row)


def _write_json(reader: pa.RecordBatchReader, stream: IO[str]) -> None:
    """One array, one object a line."""
    names = reader.schema.names
    lead = "[\n"
    for row in _rows(reader):
        stream.write(lead + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str))
        lead = ",\n"
    stream.write("[]\n" if lead == "[\n" else "\n]\n")


def _write_parquet(reader: pa.RecordBatchReader, output: Path | None) -> None:
    import pyarrow.parquet as pq

    if output is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for the terminal: add --output FILE, or redirect")
    target = str(output) if output is not None else sys.stdout.buffer
    with pq.ParquetWriter(target, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _rows(reader: pa.RecordBatchReader) -> Iterator[Sequence[object]]:
    for batch in reader:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _plain(value: object) -> object:
    """A value for a CSV field: lists and structs as JSON, times in ISO 8601."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(_plain(value))
    text = " ".join(text.split())
    return text if len(text) <= CELL_CHARS else text[: CELL_CHARS - 1] + "…"


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from error
