"""JSON lines: each line an object with `text` or `html`, and what the source claims about it.

The line is the payload, as it came; cleaning reads the claims. Only what decides whether the line is an item
at all, and its address and time, is looked at here.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from pipeline.archive.identity import make_capture
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from pipeline.settings import Limits


def read_rows(stream: BinaryIO, name: str, limits: Limits, fallback_at: datetime) -> Iterator[Item | Refusal]:
    """One item or refusal for each line that is not blank; keys are `name:line`, counted from 1.

    Raises EOFError, zlib.error or gzip.BadGzipFile where a compressed stream is cut or damaged.
    """
    number = 0
    while line := stream.readline(limits.payload_bytes + 1):
        number += 1
        key = f"{name}:{number}"
        if len(line) > limits.payload_bytes:
            _skip_line(stream, line)
            yield refuse(key, Reason.TOO_LARGE, f"more than {limits.payload_bytes} bytes in one line")
        elif line.strip():
            yield _row(line.strip(), key, fallback_at)


def _skip_line(stream: BinaryIO, piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = stream.readline(1024 * 1024)


def _row(line: bytes, key: str, fallback_at: datetime) -> Item | Refusal:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return refuse(key, Reason.INVALID_JSON, str(error).partition("\n")[0][:200])
    if not isinstance(row, dict):
        return refuse(key, Reason.INVALID_JSON, "not a JSON object")
    if not any(isinstance(row.get(name), str) and row[name].strip() for name in ("text", "html")):
        return refuse(key, Reason.NO_TEXT, "neither `text` nor `html` holds a string")
    url = row.get("url")
    capture = make_capture(
        line,
        url=url if isinstance(url, str) and url.strip() else None,
        fetched_at=_fetched_at(row.get("fetched_at")) or fallback_at,
        media_type="application/json",
    )
    return Item(capture, line, line)


def _fetched_at(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
