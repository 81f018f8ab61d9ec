"""Writing WARC records (ISO 28500:2017), each as a gzip member of its own.

    warcinfo     what follows: kind, source, started_at
    response     an HTTP response, as it came; from a WARC file the very bytes of its record
    request      what was asked for it (live ingestion)
    revisit      a response that brought nothing new: its headers, and the digest of what is held
    resource     a document: a file, a row of JSON lines
    metadata     an item that was refused at the source, and why

Responses that are no items say so in `WARC-Newsflow-Role`: redirect, feed, robots or refused. A page's
response names the address asked for in `WARC-Newsflow-Asked` where another one answered.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal
from uuid import UUID, uuid4, uuid5

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from pipeline.archive.identity import storable
from pipeline.archive.warc import ASKED, ITEM_URN, REFUSAL_TYPE, ROLE
from pipeline.records import Capture, Exchange, Item, Refusal

REFUSALS = UUID("0d0c6b0e-52b3-5b8e-8f43-5f1f7f2d6c55")
# zlib-ng level 3: 219 pages of 54 MB in 0.32 s to 11.5 MB, against 0.98 s and 10.8 MB at zlib's level 6.
COMPRESSION_LEVEL = 3
RESPONSE_TYPE, REQUEST_TYPE = "application/http; msgtype=response", "application/http; msgtype=request"
PROFILES = {
    "same": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    "unchanged": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
}
CHUNKED = re.compile(rb"(?im)^transfer-encoding(?=[ \t]*:)")

Role = Literal["page", "redirect", "feed", "robots", "refused"]
Revisit = Literal["same", "unchanged"]


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """What a capture file says of its batch. `kind` is `ingest`, `poll` or `backfill`."""

    kind: str
    source: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One exchange to be kept: `url` and `asked` as tables hold them, `at` the time of the capture.

    `revisit`: it brought nothing new; then `refers_to` is the capture held, and `payload_sha256` its digest.
    """

    record_id: str  # UUID; of a page the capture's
    role: Role
    exchange: Exchange
    url: str
    asked: str
    at: datetime
    revisit: Revisit | None = None
    refers_to: str | None = None
    payload_sha256: str | None = None


def refusal_id(refusal: Refusal) -> UUID:
    """The id of a refused item: its key and reason."""
    return uuid5(REFUSALS, f"{refusal.item_key}\n{refusal.dropped.reason}")


def response_block(exchange: Exchange) -> bytes:
    """A response as a block. Its transfer coding is undone, so that the header that names it is renamed."""
    return CHUNKED.sub(b"X-Archive-Orig-Transfer-Encoding", exchange.head) + exchange.body


class RecordWriter:
    """Appends records to a stream; `offsets` says where each capture and kept exchange begins."""

    def __init__(self, stream: BinaryIO, info: BatchInfo) -> None:
        self._stream = stream
        self._gzip = GzipWriter(stream, compression_level=COMPRESSION_LEVEL)
        self._started_at = info.started_at
        self.offsets: dict[str, int] = {}
        self.captures: list[str] = []
        self.refusals: list[Refusal] = []
        self._write("warcinfo", uuid4(), _info_block(info), "application/warc-fields", info.started_at)

    def add(self, item: Item) -> None:
        """Append one item."""
        capture = item.capture
        self.captures.append(capture.capture_id)
        if item.block is None:
            self.offsets[capture.capture_id] = self._copy(item.member or b"")
            return
        is_response = capture.http_status is not None
        asked = {} if capture.url == capture.final_url else {ASKED: capture.url or ""}
        self.offsets[capture.capture_id] = self._write(
            "response" if is_response else "resource",
            UUID(capture.capture_id),
            item.block,
            RESPONSE_TYPE if is_response else _typed(capture),
            capture.fetched_at,
            {"WARC-Target-URI": capture.final_url or f"{ITEM_URN}{capture.capture_id}"} | asked,
        )

    def add_refusal(self, refusal: Refusal) -> None:
        """Append the note of one item that was refused at the source."""
        dropped = refusal.dropped
        note = {"item_key": refusal.item_key, "stage": dropped.stage}
        note |= {"reason": dropped.reason.value, "detail": dropped.detail}
        block = json.dumps(note, ensure_ascii=True).encode()
        self._write("metadata", refusal_id(refusal), block, REFUSAL_TYPE, self._started_at)
        self.refusals.append(refusal)

    def add_kept(self, kept: Kept) -> None:
        """Append one exchange: its response or revisit, and its request."""
        exchange = kept.exchange
        named = {"WARC-Target-URI": kept.url, "WARC-IP-Address": exchange.address}
        about = named | ({} if kept.role == "page" else {ROLE: kept.role})
        if kept.role == "page" and kept.revisit is None:
            self.captures.append(kept.record_id)
            about |= {} if kept.asked == kept.url else {ASKED: kept.asked}
        block, kind = response_block(exchange), "response"
        if kept.revisit is not None:
            block, kind = exchange.head, "revisit"
            about |= _revisit_headers(kept)
        self.offsets[kept.record_id] = self._write(
            kind, UUID(kept.record_id), block, RESPONSE_TYPE, kept.at, about
        )
        named |= {"WARC-Concurrent-To": f"<urn:uuid:{kept.record_id}>"}
        self._write("request", uuid4(), exchange.request, REQUEST_TYPE, exchange.requested_at, named)

    def finish(self) -> None:
        """Bring what the compressor holds to the stream."""
        self._gzip.finish()

    def _copy(self, member: bytes) -> int:
        """Append a record that is a gzip member already; returns its offset."""
        offset = self._stream.tell()
        self._stream.write(member)
        return offset

    def _write(
        self,
        kind: str,
        record_id: UUID,
        block: bytes,
        media_type: str,
        at: datetime,
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """Append one record as its own gzip member; returns the member's offset."""
        offset = self._stream.tell()
        record = WarcRecord()
        record.init_headers(getattr(WarcRecordType, kind), f"uuid:{record_id}".encode())
        record.headers["WARC-Date"] = at.isoformat().replace("+00:00", "Z")
        record.headers["Content-Type"] = media_type
        for name, value in (headers or {}).items():
            record.headers[name] = value
        record.set_bytes_content(block)
        record.write(self._gzip, checksum_data=True)
        self._gzip.finish()
        return offset


def _revisit_headers(kept: Kept) -> dict[str, str]:
    assert kept.revisit is not None
    headers = {"WARC-Profile": PROFILES[kept.revisit]}
    if kept.refers_to is not None:
        headers["WARC-Refers-To"] = f"<urn:uuid:{kept.refers_to}>"
    if kept.payload_sha256 is not None:
        headers["WARC-Payload-Digest"] = f"sha256:{kept.payload_sha256}"
    return headers


def _typed(capture: Capture) -> str:
    return f"{capture.media_type}; charset={capture.charset}" if capture.charset else capture.media_type


def _info_block(info: BatchInfo) -> bytes:
    fields = {
        "software": "newsflow",
        "format": "WARC File Format 1.1",
        "newsflow-kind": info.kind,
        "newsflow-source": storable(" ".join(info.source.split())),
        "newsflow-started-at": info.started_at.isoformat(),
    }
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
