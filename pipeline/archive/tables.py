"""Rows of CSV and Parquet files: each becomes a row of JSON lines, which is the payload.

A row is an item where it has `text` or `html`, as in JSON lines; the names of the columns say what they are.
"""

import csv
import glob
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

import duckdb

from pipeline.archive.parts import Reading, Step
from pipeline.archive.rows import make_row, row_step
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal

ROWS_A_FETCH = 256


def read_csv(
    stream: BinaryIO, name: str, reading: Reading, fallback_at: datetime, delimiter: str
) -> Iterator[Step]:
    """One item or refusal for each row below the line of names; keys are `name:row`, counted from 1.

    Values may span lines (RFC 4180). A row with another number of values than there are names is refused.
    What is not UTF-8 is replaced. A position is how many rows stand before one. Raises EOFError, zlib.error
    or gzip.BadGzipFile where a compressed stream is cut or damaged.
    """
    csv.field_size_limit(reading.limits.payload_bytes)
    rows = csv.reader(io.TextIOWrapper(stream, "utf-8-sig", "replace", newline=""), delimiter=delimiter)
    names: list[str] = []
    number = 0
    while True:
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error as error:  # a value beyond the limit: the reader goes on with the next line
            if max(number, 1) > reading.begin:
                yield Step(max(number - 1, 0), refuse(f"{name}:{number}", Reason.CORRUPT, str(error)))
            number += bool(names)
            continue
        if not names:
            names = [one.strip() for one in values]
        elif values and number > reading.begin:
            found = _csv_row(names, values, f"{name}:{number}", reading, fallback_at)
            yield row_step(number - 1, found, reading)
        number += bool(values)


def _csv_row(
    names: list[str], values: list[str], key: str, reading: Reading, fallback_at: datetime
) -> Item | Refusal:
    if len(values) != len(names):
        return refuse(key, Reason.CORRUPT, f"{len(values)} values for {len(names)} columns")
    row = {column: value for column, value in zip(names, values, strict=True) if value}
    return make_row(json.dumps(row, ensure_ascii=False).encode(), key, reading.columns, fallback_at)


def read_parquet(name: str, reading: Reading, fallback_at: datetime) -> Iterator[Step]:
    """One item or refusal for each row of the file `name`; keys are `name:row`, counted from 1.

    A position is how many rows stand before one.
    """
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.execute("set TimeZone = 'UTC'")
        number = reading.begin
        try:
            given = {"name": glob.escape(name), "begin": reading.begin}  # a name is a pattern there
            found = connection.execute("from read_parquet($name) offset $begin", given)
            names = [column[0] for column in found.description or ()]
            while rows := found.fetchmany(ROWS_A_FETCH):
                for values in rows:
                    number += 1
                    row = {key: value for key, value in zip(names, values, strict=True) if value is not None}
                    line = json.dumps(row, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
                    item = make_row(line, f"{name}:{number}", reading.columns, fallback_at)
                    yield row_step(number - 1, item, reading)
        except duckdb.Error as error:
            yield Step(number, refuse(name, Reason.CORRUPT, str(error).partition("\n")[0]))


def _plain(value: object) -> str:
    """How JSON holds dates, ids and bytes."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
