"""Reading WARC: responses, resources and conversions become items, other records are passed over.

Damaged and cut records are refusals with their place in the file; the others survive (see framing.py).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pipeline.archive.framing import Damage, Framed, frame_records
from pipeline.archive.http import BodyError, BodyTooLargeError, content_type, is_markup, parse_response
from pipeline.archive.identity import make_capture, parse_time, storable
from pipeline.dispositions import Reason
from pipeline.records import Dropped, Item, Refusal
from pipeline.settings import Limits

REFUSAL_TYPE = "application/vnd.newsflow.refusal+json"
ITEM_URN = "urn:newsflow:"
CONTENT = {"response", "resource", "conversion"}
HEAD_ROOM = 64 * 1024  # status line and headers on top of the largest payload
DETAIL_CHARS = 300
PAGE_TYPES = {"text/html", "application/xhtml+xml", "text/plain", "application/json"}


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file, its place and what its headers say; `framed` has its block."""

    framed: Framed
    record_id: str  # without its "urn:uuid:"
    warc_type: str
    target: str | None
    date: datetime | None
    media_type: str
    charset: str | None

    @property
    def offset(self) -> int:
        """Where it starts in the file."""
        return self.framed.offset


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
    return Refusal(storable(key), Dropped("read", reason, storable(detail)[:DETAIL_CHARS]))


def read_records(stream: BinaryIO, limit: int) -> Iterator[Record | Damage]:
    """All whole records with blocks up to `limit` bytes, and a Damage for each stretch that holds none."""
    for framed in frame_records(stream, limit):
        yield framed if isinstance(framed, Damage) else _record(framed)


def _record(framed: Framed) -> Record:
    headers = framed.headers
    media_type, charset = content_type(headers.get("content-type", ""))
    return Record(
        framed=framed,
        record_id=headers.get("warc-record-id", "").strip("<>").removeprefix("urn:uuid:"),
        warc_type=headers.get("warc-type", "").lower(),
        target=headers.get("warc-target-uri", "").strip("<>") or None,
        date=parse_time(headers.get("warc-date")),
        media_type=media_type,
        charset=charset,
    )


def _interpret(record: Record, name: str, limit: int, fallback_at: datetime) -> Item | Refusal | None:
    """The item in one record; None where the record holds none (requests, metadata of other tools)."""
    framed = record.framed
    key = f"{name}@{framed.offset}" + (f"+{framed.ordinal}" if framed.ordinal else "")
    if record.warc_type == "metadata" and record.media_type == REFUSAL_TYPE:
        return _kept_refusal(framed.block or b"", key)
    if record.warc_type not in CONTENT or record.media_type == "text/dns":
        return None
    if framed.present < framed.length:
        detail = f"{framed.present} of {framed.length} bytes: {record.target}"
        return refuse(key, Reason.TRUNCATED, detail)
    if framed.block is None:
        return refuse(key, Reason.TOO_LARGE, f"{framed.length} bytes: {record.target}")
    return _item(record, framed.block, key, limit, fallback_at)


def _item(record: Record, block: bytes, key: str, limit: int, fallback_at: datetime) -> Item | Refusal:
    status, media_type, charset, payload = None, record.media_type, record.charset, block
    if record.media_type == "application/http":
        try:
            response = parse_response(block, limit)
        except BodyTooLargeError as error:
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
        url=record.target,
        fetched_at=record.date or fallback_at,
        media_type=media_type,
        http_status=status,
        charset=charset,
    )
    # Without a date of its own the record would get another one when it is read back.
    if record.framed.member is not None and record.date is not None:
        return Item(capture, payload, None, record.framed.member)
    return Item(capture, payload, block)


def sniff(payload: bytes) -> str:
    """The media type of a payload that came without one: markup, text, or unknown bytes."""
    if is_markup(payload):
        return "text/html"
    return "application/octet-stream" if b"\0" in payload[:1024] else "text/plain"


def _kept_refusal(block: bytes, key: str) -> Refusal:
    """The refusal that a capture file notes; a note that is none is a refusal itself."""
    try:
        kept = json.loads(block)
        item_key, stage, detail = (str(kept[name]) for name in ("item_key", "stage", "detail"))
        return Refusal(storable(item_key), Dropped(storable(stage), Reason(kept["reason"]), storable(detail)))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return refuse(key, Reason.CORRUPT, f"a note of a refusal that cannot be read: {error}")
