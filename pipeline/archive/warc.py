"""Reading WARC: responses, resources and conversions become items, other records are passed over.

Damaged and cut records are refusals with their place in the file; the others survive (see framing.py).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pipeline.archive.digests import has_digest
from pipeline.archive.framing import Damage, Framed, frame_records
from pipeline.archive.http import (
    BodyError,
    BodyTooLargeError,
    content_type,
    is_markup,
    media_type_of,
    parse_response,
)
from pipeline.archive.identity import make_capture, parse_time, storable
from pipeline.archive.parts import Reading, Step
from pipeline.archive.wanted import ANYTHING, Passed, Wanted
from pipeline.dispositions import Reason
from pipeline.records import Dropped, Item, Refusal

REFUSAL_TYPE = "application/vnd.newsflow.refusal+json"
ITEM_URN = "urn:newsflow:"
ROLE, ASKED = "WARC-Newsflow-Role", "WARC-Newsflow-Asked"  # see writing.py
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


def read_warc(stream: BinaryIO, name: str, reading: Reading, fallback_at: datetime) -> Iterator[Step]:
    """The steps of a WARC file, one a record; a position is the byte at which its record begins.

    The stream stands at `reading.begin`. `name` prefixes the keys of refusals; `fallback_at` stands in for a
    missing or broken WARC-Date.
    """
    limit = reading.limits.payload_bytes
    for record in read_records(stream, limit + HEAD_ROOM):
        position = reading.begin + record.offset
        passed = None if isinstance(record, Damage) else _passed(record, reading.wanted)
        found = None if passed else interpret(record, name, reading.begin, limit, fallback_at)
        yield Step(position, found, passed if found is None else None)


def _passed(record: Record, wanted: Wanted) -> Passed | None:
    """Why a record is passed over, told by its headers alone."""
    if _is_refusal(record):
        return None
    if record.warc_type == "revisit":
        return Passed.REVISIT
    if (
        record.warc_type not in CONTENT
        or record.media_type == "text/dns"
        or ROLE.lower() in record.framed.headers
    ):
        return Passed.NO_CONTENT
    if wanted is ANYTHING:
        return None
    is_response = record.media_type == "application/http"
    media_type = media_type_of(record.framed.block or b"") if is_response else record.media_type
    return wanted.refuses(record.target, record.date, media_type or None)


def _is_refusal(record: Record) -> bool:
    """Whether it is a note of ours that an item was refused."""
    return record.warc_type == "metadata" and record.media_type == REFUSAL_TYPE


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


def interpret(
    record: Record | Damage, name: str, begin: int, limit: int, fallback_at: datetime
) -> Item | Refusal | None:
    """The item in one record; None where the record holds none (requests, metadata of other tools).

    `begin`: the byte of the file at which reading began.
    """
    if isinstance(record, Damage):
        return refuse(f"{name}@{begin + record.offset}", Reason.CORRUPT, record.detail)
    framed = record.framed
    key = f"{name}@{begin + framed.offset}" + (f"+{framed.ordinal}" if framed.ordinal else "")
    if _is_refusal(record):
        return _kept_refusal(framed.block or b"", key)
    if _passed(record, ANYTHING):
        return None
    if framed.present < framed.length:
        detail = f"{framed.present} of {framed.length} bytes: {record.target}"
        return refuse(key, Reason.TRUNCATED, detail)
    if framed.block is None:
        return refuse(key, Reason.TOO_LARGE, f"{framed.length} bytes: {record.target}")
    if not has_digest(framed.block, framed.headers.get("warc-block-digest", "")):
        return refuse(key, Reason.CORRUPT, f"not the bytes that its WARC-Block-Digest is of: {record.target}")
    at = record.date or fallback_at
    if record.media_type == "application/http":
        asked = framed.headers.get(ASKED.lower())
        found = read_response(framed.block, key, limit, Came(record.target, at, asked))
    else:
        found = _document(record, framed.block, key, limit, at)
    # Without a date of its own the record would get another one when it is read back.
    if isinstance(found, Item) and framed.member is not None and record.date is not None:
        return Item(found.capture, found.payload, None, framed.member)
    return found


@dataclass(frozen=True, slots=True)
class Came:
    """Where and when a response came from; `asked`: the address asked for, where another one answered."""

    url: str | None
    at: datetime
    asked: str | None = None


def read_response(block: bytes, key: str, limit: int, came: Came) -> Item | Refusal:
    """The item in the block of one response; live ingestion makes its items by it too."""
    try:
        response = parse_response(block)
        if response.status == 200 and response.media_type not in {"", *PAGE_TYPES}:  # before it is decoded
            return refuse(key, Reason.UNSUPPORTED_TYPE, f"{response.media_type}: {came.url}")
        body = response.body(limit)
    except BodyTooLargeError as error:
        return refuse(key, Reason.TOO_LARGE, f"{error}: {came.url}")
    except BodyError as error:
        return refuse(key, Reason.CORRUPT, f"{error}: {came.url}")
    media_type = response.media_type or sniff(body)
    if response.status == 200 and media_type not in PAGE_TYPES:
        return refuse(key, Reason.UNSUPPORTED_TYPE, f"{media_type}: {came.url}")
    capture = make_capture(
        body,
        url=came.url,
        asked=came.asked,
        fetched_at=came.at,
        media_type=media_type,
        http_status=response.status,
        charset=response.charset,
    )
    return Item(capture, body, block)


def _document(record: Record, block: bytes, key: str, limit: int, at: datetime) -> Item | Refusal:
    if len(block) > limit:
        return refuse(key, Reason.TOO_LARGE, f"{len(block)} bytes: {record.target}")
    media_type = record.media_type or sniff(block)
    if media_type not in PAGE_TYPES:
        return refuse(key, Reason.UNSUPPORTED_TYPE, f"{media_type}: {record.target}")
    capture = make_capture(
        block, url=record.target, fetched_at=at, media_type=media_type, charset=record.charset
    )
    return Item(capture, block, block)


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
