"""Printing rows: as a table for people, as CSV, JSON or Parquet for programs."""

import csv
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING
from uuid import uuid4

import typer

from pipeline.cli.tables import print_table
from pipeline.cli.values import as_json, as_text
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.warehouse.query import Answer

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


def write_rows(answer: "Answer", output_format: Format, output: Path | None) -> None:
    """Write all rows as text to `output`, which is replaced when they are complete, or to standard output."""
    if output is None:
        WRITERS[output_format](answer, sys.stdout)
        return
    with replacing(output) as part, part.open("w", encoding="utf-8", newline="") as stream:
        WRITERS[output_format](answer, stream)


def write_parquet(write: Callable[[Path], None], output: Path | None) -> None:
    """Have a Parquet file written to `output`, or its bytes to standard output."""
    if output is not None:
        with replacing(output) as part:
            write(part)
        return
    if sys.stdout.isatty():
        raise UsageError("Parquet is not for the terminal: add --output FILE, or redirect")
    with TemporaryDirectory() as folder:
        part = Path(folder) / "rows.parquet"
        write(part)
        with part.open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer)


def _write_table(answer: "Answer", stream: IO[str]) -> None:
    """On a terminal the first rows, and how many more there are; in a pipe all."""
    rows = answer.rows
    block = list(islice(rows, ROWS_SHOWN if stream.isatty() else ROWS_A_BLOCK))
    print_table(list(answer.names), block, stream)
    total = shown = len(block)
    if stream.isatty():
        total += sum(1 for _ in rows)
    while block := list(islice(rows, ROWS_A_BLOCK)):
        print_table(list(answer.names), block, stream, header=False)
        total = shown = total + len(block)
    more = f" ({total - shown:,} more: use --format csv or json)" if total > shown else ""
    stream.write(f"{total:,} {'row' if total == 1 else 'rows'}{more}\n")


def _write_csv(answer: "Answer", stream: IO[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(list(answer.names))
    for row in answer.rows:
        writer.writerow(as_text(value) for value in row)


def _write_json(answer: "Answer", stream: IO[str]) -> None:
    """One array, one object a line."""
    names = answer.names
    lead = "[\n"
    for row in answer.rows:
        plain = {name: as_json(value) for name, value in zip(names, row, strict=True)}
        stream.write(lead + json.dumps(plain, ensure_ascii=False))
        lead = ",\n"
    stream.write("[]\n" if lead == "[\n" else "\n]\n")


WRITERS = {
    Format.TABLE: _write_table,
    Format.CSV: _write_csv,
    Format.JSON: _write_json,
}


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """A file beside `output` that takes its place when all went well."""
    part = output.with_name(f".{output.name}-{uuid4().hex[:8]}")
    try:
        yield part
        part.replace(output)
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}; choose another file with --output") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
