"""JSON lines: each line an object with `text` or `html`, and what the source claims about it.

The line is the payload, as it came; cleaning reads the claims. Only what decides whether the line is an item
at all, and its address and time, is looked at here.
"""

import codecs
import json
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from pipeline.archive.identity import make_capture, parse_time
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from pipeline.settings import Limits

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_rows(stream: BinaryIO, name: str, limits: Limits, fallback_at: datetime) -> Iterator[Item | Refusal]:
    """One item or refusal for each line that is not blank; keys are `name:line`, counted from 1.

    Raises EOFError, zlib.error or gzip.BadGzipFile where a compressed stream is cut or damaged.
    """
    number = 0
    while line := stream.readline(limits.payload_bytes + 1):
        number += 1
        key = f"{name}:{number}"
        if number == 1 and line.startswith(UTF_16_MARKS):
            yield refuse(name, Reason.INVALID_JSON, "UTF-16: convert it to UTF-8")
            return
        if len(line) > limits.payload_bytes:
            _skip_line(stream, line)
            yield refuse(key, Reason.TOO_LARGE, f"more than {limits.payload_bytes} bytes in one line")
        elif line.strip():
            yield make_row(line.strip(), key, fallback_at)


def _skip_line(stream: BinaryIO, piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = stream.readline(1024 * 1024)


def make_row(line: bytes, key: str, fallback_at: datetime) -> Item | Refusal:
    """The item in one line of JSON."""
    try:
        row = _load(line)
    except (ValueError, RecursionError) as error:
        return refuse(key, Reason.INVALID_JSON, str(error).partition("\n")[0])
    if not isinstance(row, dict):
        return refuse(key, Reason.INVALID_JSON, "not a JSON object")
    if not any(isinstance(row.get(name), str) and row[name].strip() for name in ("text", "html")):
        return refuse(key, Reason.NO_TEXT, "neither `text` nor `html` holds a string")
    url = row.get("url")
    capture = make_capture(
        line,
        url=url if isinstance(url, str) else None,
        fetched_at=parse_time(row.get("fetched_at")) or fallback_at,
        media_type="application/json",
    )
    return Item(capture, line, line)


def _load(line: bytes) -> object:
    """The value in a line; raw control characters in strings are let pass, as cleaning does.

    JSON is UTF-8 (RFC 8259 section 8.1); a line that is not is some older charset, which cleaning finds out.
    """
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return json.loads(text, strict=False)
