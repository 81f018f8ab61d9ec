"""JSON lines: each line an object with `text` or `html`, and what the source claims about it.

The line is the payload, as it came; cleaning reads the claims. Only what decides whether the line is an item
at all, and its address and time, is looked at here.
"""

import codecs
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import BinaryIO

from pipeline.archive.identity import make_capture, parse_time
from pipeline.archive.parts import Reading, Step
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_rows(stream: BinaryIO, name: str, reading: Reading, fallback_at: datetime) -> Iterator[Step]:
    """One item or refusal for each line that is not blank; keys are `name:line`, counted from 1.

    A position is how many lines stand before one. Raises EOFError, zlib.error or gzip.BadGzipFile where a
    compressed stream is cut or damaged.
    """
    limit = reading.limits.payload_bytes
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        key = f"{name}:{number}"
        if number == 1 and line.startswith(UTF_16_MARKS):
            yield Step(0, refuse(name, Reason.INVALID_JSON, "UTF-16: convert it to UTF-8"))
            return
        is_too_large = len(line) > limit
        if is_too_large:
            _skip_line(stream, line)
        if number <= reading.begin:
            continue
        if is_too_large:
            refusal = refuse(key, Reason.TOO_LARGE, f"more than {limit} bytes in one line")
            yield Step(number - 1, refusal)
        elif line.strip():
            yield row_step(number - 1, make_row(line.strip(), key, reading.columns, fallback_at), reading)


def row_step(position: int, found: Item | Refusal, reading: Reading) -> Step:
    """The step of one row, passed over where it is not wanted."""
    passed = reading.wanted.refuses_row(found.capture) if isinstance(found, Item) else None
    return Step(position, None if passed else found, passed)


def _skip_line(stream: BinaryIO, piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = stream.readline(1024 * 1024)


def make_row(line: bytes, key: str, columns: Mapping[str, str], fallback_at: datetime) -> Item | Refusal:
    """The item in one line of JSON; with `columns` its payload is the line with our names in it."""
    try:
        row = _load(line)
    except (ValueError, RecursionError) as error:
        return refuse(key, Reason.INVALID_JSON, str(error).partition("\n")[0])
    if not isinstance(row, dict):
        return refuse(key, Reason.INVALID_JSON, "not a JSON object")
    if columns:
        row = with_our_names(row, columns)
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")
    if not any(isinstance(value, str) and value.strip() for value in (row.get("text"), row.get("html"))):
        return refuse(key, Reason.NO_TEXT, "neither `text` nor `html` holds a string")
    url = row.get("url")
    capture = make_capture(
        line,
        url=url if isinstance(url, str) else None,
        fetched_at=parse_time(row.get("fetched_at")) or fallback_at,
        media_type="application/json",
    )
    return Item(capture, line, line)


def with_our_names(row: Mapping[str, object], columns: Mapping[str, str]) -> dict[str, object]:
    """A row with its values under our names; a value that stands under one already gives way."""
    taken = {*columns, *columns.values()}
    renamed = {ours: row[theirs] for ours, theirs in columns.items() if theirs in row}
    return {name: value for name, value in row.items() if name not in taken} | renamed


def _load(line: bytes) -> object:
    """The value in a line; raw control characters in strings are let pass, as cleaning does.

    JSON is UTF-8 (RFC 8259 section 8.1); a line that is not is some older charset, which cleaning finds out.
    """
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return json.loads(text, strict=False)
