"""Rows of CSV and Parquet files: each becomes a row of JSON lines, which is the payload.

A row is an item where it has `text` or `html`, as in JSON lines; the names of the columns say what they are.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import duckdb

from pipeline.archive.rows import make_row
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from pipeline.settings import Limits

ROWS_A_FETCH = 256


def read_csv(
    stream: BinaryIO, name: str, limits: Limits, fallback_at: datetime, delimiter: str
) -> Iterator[Item | Refusal]:
    """One item or refusal for each row below the line of names; keys are `name:row`, counted from 1.

    Values may span lines (RFC 4180). A row with another number of values than there are names is refused.
    What is not UTF-8 is replaced. Raises EOFError, zlib.error or gzip.BadGzipFile where a compressed stream
    is cut or damaged.
    """
    csv.field_size_limit(limits.payload_bytes)
    rows = csv.reader(io.TextIOWrapper(stream, "utf-8-sig", "replace", newline=""), delimiter=delimiter)
    names: list[str] = []
    number = 0
    while True:
        key = f"{name}:{number}"
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error as error:  # a value beyond the limit: the reader goes on with the next line
            yield refuse(key, Reason.CORRUPT, str(error))
            continue
        if not names:
            names = [one.strip() for one in values]
        elif len(values) == len(names):
            row = {column: value for column, value in zip(names, values, strict=True) if value}
            yield make_row(json.dumps(row, ensure_ascii=False).encode(), key, fallback_at)
        elif values:
            yield refuse(key, Reason.CORRUPT, f"{len(values)} values for {len(names)} columns")
        number += bool(values)


def read_parquet(path: Path, fallback_at: datetime) -> Iterator[Item | Refusal]:
    """One item or refusal for each row; keys are `name:row`, counted from 1."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.execute("set TimeZone = 'UTC'")
        try:
            found = connection.execute("from read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description or ()]
            number = 0
            while rows := found.fetchmany(ROWS_A_FETCH):
                for values in rows:
                    number += 1
                    row = {
                        column: value
                        for column, value in zip(names, values, strict=True)
                        if value is not None
                    }
                    line = json.dumps(row, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
                    yield make_row(line, f"{path}:{number}", fallback_at)
        except duckdb.Error as error:
            yield refuse(str(path), Reason.CORRUPT, str(error).partition("\n")[0])


def _plain(value: object) -> str:
    """How JSON holds dates, ids and bytes."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
