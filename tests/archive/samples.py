"""Small WARC files, responses and texts to read."""

import gzip
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from pipeline.archive.parts import Reading, Step
from pipeline.archive.sources import read_source
from pipeline.archive.warc import read_warc
from pipeline.records import Item, Refusal
from pipeline.settings import Limits

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LIMITS = Limits()
PAGE = b"<html><body><p>The harbour opened on Monday.</p></body></html>"
TEXT = "A harbour opens\n\nThe harbour opened on Monday, a year late.\n"


def response(body: bytes = PAGE, *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """An HTTP response as a crawler keeps it."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    number: int = 0,
    block: bytes | None = None,
    *,
    kind: str = "response",
    media_type: str = "application/http; msgtype=response",
    length: object = None,
    extra: str = "",
) -> bytes:
    """One WARC record; `length` is what it claims, if that is not the truth."""
    block = response(PAGE.replace(b"Monday", b"day %d" % number)) if block is None else block
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{UUID(int=number)}>\r\n"
        f"WARC-Date: 2026-02-0{1 + number % 9}T10:00:00Z\r\nWARC-Target-URI: https://news.example/{number}\r\n"
        f"Content-Type: {media_type}\r\n{extra}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def packed(records: Iterable[bytes]) -> bytes:
    """Each record as its own gzip member."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def read_bytes(data: bytes, limits: Limits = LIMITS) -> list[Item | Refusal]:
    """What a WARC file of these bytes gives."""
    return found_in(read_warc(io.BytesIO(data), "x.warc", Reading(limits), AT))


def found_in(steps: Iterable[Step]) -> list[Item | Refusal]:
    """What the steps found; what they passed over is left out."""
    return [step.found for step in steps if step.found is not None]


def read_path(path: Path, limits: Limits = LIMITS) -> list[Item | Refusal]:
    """What a source gives."""
    return list(read_source(str(path), limits, AT))


def told(found: Iterable[Item | Refusal]) -> list[str]:
    """Each item by its address or media type, each refusal by its reason."""
    return [
        one.dropped.reason.value if isinstance(one, Refusal) else one.capture.url or one.capture.media_type
        for one in found
    ]


def items_of(found: Iterable[Item | Refusal]) -> list[Item]:
    """The items alone."""
    return [one for one in found if isinstance(one, Item)]


def refusals_of(found: Iterable[Item | Refusal]) -> list[Refusal]:
    """The refusals alone."""
    return [one for one in found if isinstance(one, Refusal)]
