"""Capture files: each batch is kept as one WARC file before anything is made of it.

    captures/3f/3f0c...e1.warc.gz
        warcinfo     the batch: kind, source, started_at
        response     an HTTP response, as it came; from a WARC file the very bytes of its record
        resource     a document: a file, a row of JSON lines
        metadata     an item that was refused at the source, and why

The file's name is the batch's id, a digest of the ids in it: the same items make the same file. A file
appears under its name complete and on disk, or not at all. From these files alone every table can be rebuilt.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4, uuid5

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from pipeline.archive.identity import storable
from pipeline.archive.warc import ITEM_URN, REFUSAL_TYPE, Record, read_records, read_warc
from pipeline.errors import SourceError
from pipeline.records import Capture, Item, Refusal
from pipeline.settings import Limits

REFUSALS = UUID("0d0c6b0e-52b3-5b8e-8f43-5f1f7f2d6c55")
# zlib-ng level 3: 219 pages of 54 MB in 0.32 s to 11.5 MB, against 0.98 s and 10.8 MB at zlib's level 6.
COMPRESSION_LEVEL = 3
INFO_BYTES = 64 * 1024
NO_LIMIT = 1 << 40
EPOCH = datetime.fromtimestamp(0, UTC)  # stands in for a time that is not asked for


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """What a capture file says of its batch. `kind` is `ingest`, `poll` or `backfill`."""

    kind: str
    source: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """A complete capture file; `path` is relative to the captures folder, `offsets` by capture id."""

    batch_id: str
    path: str
    offsets: dict[str, int]


def batch_id_of(capture_ids: Sequence[str], refusals: Sequence[Refusal]) -> str:
    """The id of a batch: a digest of what is in it, whatever the order."""
    keys = [*capture_ids, *(str(refusal_id(refusal)) for refusal in refusals)]
    return hashlib.blake2b("\n".join(sorted(keys)).encode(), digest_size=16).hexdigest()


def refusal_id(refusal: Refusal) -> UUID:
    """The id of a refused item: its key and reason."""
    return uuid5(REFUSALS, f"{refusal.item_key}\n{refusal.dropped.reason}")


class CaptureWriter:
    """Writes one batch. Nothing stands under its final name before `finish`; leaving removes the rest."""

    def __init__(self, folder: Path, info: BatchInfo) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._part = folder / f".part-{uuid4().hex}"
        self._file = self._part.open("wb")
        self._gzip = GzipWriter(self._file, compression_level=COMPRESSION_LEVEL)
        self._offsets: dict[str, int] = {}
        self._refusals: list[Refusal] = []
        self._write("warcinfo", uuid4(), _info_block(info), "application/warc-fields", info.started_at, None)
        self._started_at = info.started_at

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        finally:  # on a full disk, closing fails too
            self._part.unlink(missing_ok=True)

    def add(self, item: Item) -> None:
        """Append one item."""
        capture = item.capture
        if item.block is None:
            self._offsets[capture.capture_id] = self._copy(item.member or b"")
            return
        is_response = capture.http_status is not None
        media_type = "application/http; msgtype=response" if is_response else _typed(capture)
        self._offsets[capture.capture_id] = self._write(
            "response" if is_response else "resource",
            UUID(capture.capture_id),
            item.block,
            media_type,
            capture.fetched_at,
            capture.url or f"{ITEM_URN}{capture.capture_id}",
        )

    def add_refusal(self, refusal: Refusal) -> None:
        """Append the note of one item that was refused at the source."""
        dropped = refusal.dropped
        note = {"item_key": refusal.item_key, "stage": dropped.stage}
        note |= {"reason": dropped.reason.value, "detail": dropped.detail}
        block = json.dumps(note, ensure_ascii=True).encode()
        self._write("metadata", refusal_id(refusal), block, REFUSAL_TYPE, self._started_at, None)
        self._refusals.append(refusal)

    def finish(self) -> CaptureFile:
        """Bring the file to disk under its name. A file of that name is the same batch, and stays."""
        self._gzip.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        batch_id = batch_id_of(list(self._offsets), self._refusals)
        path = f"{batch_id[:2]}/{batch_id}.warc.gz"
        final = self._folder / path
        final.parent.mkdir(exist_ok=True)
        try:
            os.link(self._part, final)
        except FileExistsError:
            return CaptureFile(batch_id, path, _offsets_in(final))
        _sync_folder(final.parent)
        return CaptureFile(batch_id, path, self._offsets)

    def _copy(self, member: bytes) -> int:
        """Append a record that is a gzip member already; returns its offset."""
        offset = self._file.tell()
        self._file.write(member)
        return offset

    def _write(
        self, kind: str, record_id: UUID, block: bytes, media_type: str, at: datetime, target: str | None
    ) -> int:
        """Append one record as its own gzip member; returns the member's offset."""
        offset = self._file.tell()
        record = WarcRecord()
        record.init_headers(getattr(WarcRecordType, kind), f"uuid:{record_id}".encode())
        record.headers["WARC-Date"] = at.isoformat().replace("+00:00", "Z")
        record.headers["Content-Type"] = media_type
        if target is not None:
            record.headers["WARC-Target-URI"] = target
        record.set_bytes_content(block)
        record.write(self._gzip, checksum_data=True)
        self._gzip.finish()
        return offset


def list_capture_files(folder: Path) -> list[Path]:
    """All complete capture files, in the order of their names."""
    return sorted(folder.glob("??/*.warc.gz"))


def read_batch_info(path: Path) -> BatchInfo:
    """What a capture file says of its batch. Raises SourceError where it says nothing."""
    with path.open("rb") as stream:
        for record in read_records(stream, INFO_BYTES):
            block = record.framed.block if isinstance(record, Record) else None
            if isinstance(record, Record) and record.warc_type == "warcinfo" and block:
                return _parse_info(block, path)
            break
    raise SourceError(f"{path} is no capture file of Newsflow; ingest it instead of replaying it")


def read_captures(path: Path, limits: Limits) -> Iterator[tuple[int, Item | Refusal]]:
    """The items and refusals of one capture file, each with its offset."""
    info = read_batch_info(path)
    with path.open("rb") as stream:
        yield from read_warc(stream, path.name, limits, info.started_at)


def list_captures(path: Path) -> list[str]:
    """The ids of the captures in a capture file."""
    return list(_offsets_in(path))


def read_payload_digest(path: Path, offset: int, limits: Limits) -> str | None:
    """The SHA-256 of the payload of the record at `offset`; None where no item can be read there."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            _, found = next(read_warc(stream, path.name, limits, EPOCH), (0, None))
    except OSError:
        return None
    return found.capture.payload_sha256 if isinstance(found, Item) else None


def _offsets_in(path: Path) -> dict[str, int]:
    """Where each capture lies. Raises SourceError where the file is damaged."""
    offsets: dict[str, int] = {}
    for offset, found in read_captures(path, Limits(payload_bytes=NO_LIMIT)):
        if isinstance(found, Item):
            offsets[found.capture.capture_id] = offset
        elif found.item_key == f"{path.name}@{offset}":
            raise SourceError(f"{path} is damaged at byte {offset}: {found.dropped.detail}")
    return offsets


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


def _parse_info(block: bytes, path: Path) -> BatchInfo:
    lines = (line.partition(": ") for line in block.decode("utf-8", "replace").split("\r\n"))
    fields = {name: value for name, _, value in lines}
    try:
        started_at = datetime.fromisoformat(fields["newsflow-started-at"])
        return BatchInfo(fields["newsflow-kind"], fields["newsflow-source"], started_at)
    except (KeyError, ValueError) as error:
        raise SourceError(f"{path} does not say which batch it is ({error})") from error


def _sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power loss."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
