"""Reading WARC (ISO 28500:2017): responses, resources and conversions become items, damage is skipped.

A damaged stretch costs one refusal: the reader looks for the next record start behind it (a gzip member, or
a `WARC/` line in an uncompressed file) and goes on there. FastWARC returns a cut record short and without
an error, so lengths are compared.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord

from pipeline.archive.http import BodyError, BodyTooLarge, content_type, parse_response
from pipeline.archive.identity import make_capture
from pipeline.dispositions import Reason
from pipeline.records import Dropped, Item, Refusal
from pipeline.settings import Limits

REFUSAL_TYPE = "application/vnd.newsflow.refusal+json"
ITEM_URN = "urn:newsflow:"
CONTENT = {"response", "resource", "conversion"}
GZIP_MEMBER = b"\x1f\x8b\x08"
PLAIN_RECORD = b"WARC/1."
HEAD_ROOM = 64 * 1024  # status line and headers on top of the largest payload
WINDOW = 1024 * 1024
PAGE_TYPES = {"text/html", "application/xhtml+xml", "text/plain", "application/json"}


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of the file, from `offset`, that holds no readable record."""

    offset: int
    detail: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file; `block` is None where it is longer than the limit."""

    offset: int
    record_id: str  # without its "urn:uuid:"
    warc_type: str
    target: str | None
    date: datetime | None
    media_type: str
    charset: str | None
    length: int
    block: bytes | None


def read_warc(
    stream: BinaryIO, name: str, limits: Limits, fallback_at: datetime
) -> Iterator[tuple[int, Item | Refusal]]:
    """The items of a WARC file, each with the offset of its record.

    `name` prefixes the keys of refusals; `fallback_at` stands in for a missing or broken WARC-Date.
    """
    for record in read_records(stream, limits.payload_bytes + HEAD_ROOM):
        if isinstance(record, Damage):
            yield record.offset, refuse(f"{name}@{record.offset}", Reason.CORRUPT, record.detail)
            continue
        found = _interpret(record, name, limits.payload_bytes, fallback_at)
        if found is not None:
            yield record.offset, found


def refuse(key: str, reason: Reason, detail: str) -> Refusal:
    """A refusal at the source."""
    return Refusal(key, Dropped("read", reason, detail))


def _interpret(record: Record, name: str, limit: int, fallback_at: datetime) -> Item | Refusal | None:
    """The item in one record; None where the record holds none (requests, metadata of other tools)."""
    key = f"{name}@{record.offset}"
    if record.media_type == REFUSAL_TYPE and record.block is not None:
        return _kept_refusal(record.block)
    if record.warc_type not in CONTENT or record.media_type == "text/dns":
        return None
    if record.block is None:
        return refuse(key, Reason.TOO_LARGE, f"{record.length} bytes: {record.target}")
    if len(record.block) < record.length:
        detail = f"{len(record.block)} of {record.length} bytes: {record.target}"
        return refuse(key, Reason.TRUNCATED, detail)
    return _item(record, record.block, key, limit, fallback_at)


def _item(record: Record, block: bytes, key: str, limit: int, fallback_at: datetime) -> Item | Refusal:
    status, media_type, charset, payload = None, record.media_type, record.charset, block
    if record.media_type == "application/http":
        try:
            response = parse_response(block, limit)
        except BodyTooLarge as error:
            return refuse(key, Reason.TOO_LARGE, f"{error}: {record.target}")
        except BodyError as error:
            return refuse(key, Reason.CORRUPT, f"{error}: {record.target}")
        status, payload = response.status, response.body
        media_type, charset = response.media_type, response.charset
    if len(payload) > limit:
        return refuse(key, Reason.TOO_LARGE, f"{len(payload)} bytes: {record.target}")
    media_type = media_type or sniff(payload)
    if status in (None, 200) and media_type not in PAGE_TYPES:
        return refuse(key, Reason.UNSUPPORTED_TYPE, f"{media_type}: {record.target}")
    capture = make_capture(
        payload,
        url=None if (record.target or ITEM_URN).startswith("urn:") else record.target,
        fetched_at=record.date or fallback_at,
        media_type=media_type,
        http_status=status,
        charset=charset,
    )
    return Item(capture, payload, block)


def sniff(payload: bytes) -> str:
    """The media type of a payload that came without one: markup, text, or unknown bytes."""
    start = payload[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        return "text/html"
    return "application/octet-stream" if b"\0" in start else "text/plain"


def _kept_refusal(block: bytes) -> Refusal:
    kept = json.loads(block)
    return Refusal(kept["item_key"], Dropped(kept["stage"], Reason(kept["reason"]), kept["detail"]))


def read_records(stream: BinaryIO, limit: int) -> Iterator[Record | Damage]:
    """All readable records, and a Damage for each stretch between them that is none.

    A stream that cannot seek ends at its first damage.
    """
    base = 0
    while True:
        last = base
        try:
            for warc in ArchiveIterator(stream, parse_http=False):
                last = base + warc.stream_pos
                yield _record(warc, last, limit)
            return
        except OSError as error:
            yield Damage(last, f"{error}"[:200])
        resumed = _next_start(stream, last + 1) if stream.seekable() else None
        if resumed is None:
            return
        base = resumed
        stream.seek(base)


def _record(warc: WarcRecord, offset: int, limit: int) -> Record:
    headers = warc.headers
    media_type, charset = content_type(headers.get("Content-Type") or "")
    length = warc.content_length
    return Record(
        offset=offset,
        record_id=(headers.get("WARC-Record-ID") or "").strip("<>").removeprefix("urn:uuid:"),
        warc_type=(headers.get("WARC-Type") or "").lower(),
        target=(headers.get("WARC-Target-URI") or "").strip("<>") or None,
        date=_date(headers.get("WARC-Date")),
        media_type=media_type,
        charset=charset,
        length=length,
        block=warc.reader.read() if length <= limit else None,
    )


def _date(value: str | None) -> datetime | None:
    try:
        date = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def _next_start(stream: BinaryIO, start: int) -> int | None:
    """The offset of the first readable record at or behind `start`."""
    at = _find(stream, start)
    while at is not None:
        stream.seek(at)
        if _is_readable(stream):
            return at
        at = _find(stream, at + 1)
    return None


def _is_readable(stream: BinaryIO) -> bool:
    try:
        first = next(iter(ArchiveIterator(stream, parse_http=False)), None)
        return first is not None and first.reader.read() is not None
    except OSError:
        return False


def _find(stream: BinaryIO, start: int) -> int | None:
    """The offset of the next gzip member or record line at or behind `start`."""
    stream.seek(start)
    at, kept = start, b""
    while piece := stream.read(WINDOW):
        window = kept + piece
        hits = [hit for mark in (GZIP_MEMBER, PLAIN_RECORD) if (hit := window.find(mark)) >= 0]
        if hits:
            return at - len(kept) + min(hits)
        at += len(piece)
        kept = window[-(len(PLAIN_RECORD) - 1) :]
    return None
