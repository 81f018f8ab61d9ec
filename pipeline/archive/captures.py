"""Capture files: each batch is kept in WARC before anything is made of it.

    captures/3f/3f0c...e1.warc.gz                       one batch
    captures/live/2026-11-25/081500-4be1c2d3.warc.gz    the batches of a running watch, one behind the other

A batch is a segment: a `warcinfo` record, and the records up to the next one (see writing.py). A file of one
batch is named after the batch's id, a digest of the ids in it: the same items make the same file. It appears
under its name complete and on disk, or not at all. A live file grows by whole segments (see live.py). From
these files alone every table of articles can be rebuilt.
"""

import fcntl
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, cast
from uuid import uuid4

from pipeline.archive.framing import Damage
from pipeline.archive.parts import Reading
from pipeline.archive.warc import HEAD_ROOM, Record, interpret, read_records, read_warc
from pipeline.archive.writing import BatchInfo, RecordWriter, refusal_id
from pipeline.errors import SourceError
from pipeline.records import Item, Refusal
from pipeline.settings import Limits
from pipeline.store import sync

if TYPE_CHECKING:
    from typing_extensions import Buffer

NO_LIMIT = 1 << 40
EPOCH = datetime.fromtimestamp(0, UTC)  # stands in for a time that is not asked for
LIVE = "live"
NOT_OURS = "{} is no capture file of Newsflow; ingest it instead of replaying it"


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """Where a batch lies: `path` is relative to the captures folder, `offsets` by capture id."""

    batch_id: str
    path: str
    offsets: dict[str, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """One batch as its capture file holds it: each item and refusal with its offset in the file."""

    info: BatchInfo
    found: list[tuple[int, Item | Refusal]]

    @property
    def batch_id(self) -> str:
        """The id of the batch."""
        return self.placed("").batch_id

    def placed(self, path: str) -> CaptureFile:
        """Where it lies, in the file `path`."""
        offsets = {one.capture.capture_id: offset for offset, one in self.found if isinstance(one, Item)}
        refusals = [one for _, one in self.found if isinstance(one, Refusal)]
        return CaptureFile(batch_id_of(list(offsets), refusals), path, offsets)


def batch_id_of(capture_ids: Sequence[str], refusals: Sequence[Refusal]) -> str:
    """The id of a batch: a digest of what is in it, whatever the order."""
    keys = [*capture_ids, *(str(refusal_id(refusal)) for refusal in refusals)]
    return hashlib.blake2b("\n".join(sorted(keys)).encode(), digest_size=16).hexdigest()


class CaptureWriter:
    """Writes one batch. Nothing stands under its final name before `finish`; leaving removes the rest."""

    def __init__(self, folder: Path, info: BatchInfo) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._part = folder / f".part-{uuid4().hex}"
        self._file = self._part.open("wb")
        self._records = RecordWriter(self._file, info)
        self.add = self._records.add
        self.add_refusal = self._records.add_refusal

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        finally:  # on a full disk, closing fails too
            self._part.unlink(missing_ok=True)

    def finish(self) -> CaptureFile:
        """Bring the file to disk under its name. A file of that name is the same batch, and stays."""
        self._records.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        batch_id = batch_id_of(self._records.captures, self._records.refusals)
        path = f"{batch_id[:2]}/{batch_id}.warc.gz"
        final = self._folder / path
        final.parent.mkdir(exist_ok=True)
        try:
            os.link(self._part, final)
        except FileExistsError:
            return CaptureFile(batch_id, path, _offsets_in(final))
        sync(final.parent)
        return CaptureFile(batch_id, path, self._records.offsets)


def list_capture_files(folder: Path) -> list[Path]:
    """All capture files, in the order of their names, live ones last."""
    return sorted(folder.glob("??/*.warc.gz")) + list_live_files(folder)


def list_live_files(folder: Path) -> list[Path]:
    """The files of running and of earlier watches, in the order in which they were begun."""
    return sorted(folder.glob(f"{LIVE}/*/*.warc.gz"))


def settled_size(path: Path) -> int:
    """The bytes of a capture file up to the end of a segment, also while another process adds one."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        return os.fstat(file.fileno()).st_size


def read_segments(path: Path, limits: Limits, begin: int = 0, end: int | None = None) -> Iterator[Segment]:
    """The batches of a capture file between two bytes at which segments end, one in memory at a time.

    What stands between `begin` and the next segment is passed over. Raises SourceError where the bytes are
    not Newsflow's.
    """
    segment: Segment | None = None
    for record in _read_between(path, limits, begin, settled_size(path) if end is None else end):
        info = _info_of(record, path)
        if info is not None:
            if segment is not None:
                yield segment
            segment = Segment(info, [])
        elif segment is None and begin == 0:
            raise SourceError(NOT_OURS.format(path))
        elif segment is not None:
            found = interpret(record, path.name, begin, limits.payload_bytes, segment.info.started_at)
            segment.found.extend([] if found is None else [(begin + record.offset, found)])
    if segment is not None:
        yield segment
    elif begin == 0 and not _is_live(path):
        raise SourceError(NOT_OURS.format(path))


@dataclass(frozen=True, slots=True)
class Unread:
    """The batch of a file that holds no other: `found` reads on as it is asked, one item at a time."""

    info: BatchInfo
    batch_id: str
    found: Iterator[tuple[int, Item | Refusal]]


def read_batches(path: Path, limits: Limits, begin: int, end: int) -> Iterator[Segment | Unread]:
    """The same as `read_segments`, without holding the batch of a file that is named after it."""
    if _is_live(path) or begin:
        yield from read_segments(path, limits, begin, end)
        return
    records = _read_between(path, limits, 0, end)
    first = next(records, None)
    info = None if first is None else _info_of(first, path)
    if info is None:
        raise SourceError(NOT_OURS.format(path))
    yield Unread(info, path.name.partition(".")[0], _items_of(records, path, limits, info))


def _items_of(
    records: Iterable[Record | Damage], path: Path, limits: Limits, info: BatchInfo
) -> Iterator[tuple[int, Item | Refusal]]:
    for record in records:
        found = interpret(record, path.name, 0, limits.payload_bytes, info.started_at)
        if found is not None:
            yield record.offset, found


def find_torn_end(path: Path, limits: Limits) -> int | None:
    """Where the record begins that a crash left unfinished at the end of a file; None where it is whole."""
    torn = None
    with path.open("rb") as file:
        for record in read_records(file, limits.payload_bytes + HEAD_ROOM):
            torn = record.offset if _is_cut(record) else None
    return torn


def _read_between(path: Path, limits: Limits, begin: int, end: int) -> Iterator[Record | Damage]:
    with path.open("rb") as file:
        file.seek(begin)
        stream = cast("BinaryIO", io.BufferedReader(Bounded(file, end - begin)))
        records = read_records(stream, limits.payload_bytes + HEAD_ROOM)
        yield from _without_torn_end(records) if _is_live(path) else records


def _is_live(path: Path) -> bool:
    return path.parent.parent.name == LIVE


def _without_torn_end(records: Iterable[Record | Damage]) -> Iterator[Record | Damage]:
    """What a crash left at the end of a live file counts for nothing: nobody was told that it was kept."""
    held: Record | Damage | None = None
    for record in records:
        if held is not None:
            yield held
        held = record if _is_cut(record) else None
        if held is None:
            yield record


def _is_cut(record: Record | Damage) -> bool:
    return isinstance(record, Damage) or record.framed.present < record.framed.length


class Bounded(io.RawIOBase):
    """The next bytes of a file, and no more. (A base class, because that is how `io` is extended.)"""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "Buffer") -> int:
        """Fill the buffer with what is next."""
        view = memoryview(buffer)[: self._left]
        piece = self._file.read(len(view))
        view[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)


def list_captures(path: Path, until: datetime | None = None) -> list[str]:
    """The ids of the captures in a capture file; with `until`, of batches begun before it."""
    return [
        found.capture.capture_id
        for segment in read_segments(path, Limits(payload_bytes=NO_LIMIT))
        if until is None or segment.info.started_at < until
        for _, found in _sound(segment, path)
        if isinstance(found, Item)
    ]


def read_payload_digest(path: Path, offset: int, limits: Limits) -> str | None:
    """The SHA-256 of the payload of the record at `offset`; None where no item can be read there."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            step = next(read_warc(stream, path.name, Reading(limits), EPOCH), None)
    except OSError:
        return None
    found = step.found if step else None
    return found.capture.payload_sha256 if isinstance(found, Item) else None


def read_item(path: Path, offset: int, limits: Limits, fallback_at: datetime) -> Item | Refusal:
    """What the record at `offset` holds; `fallback_at` stands in for a time that it does not say.

    Raises SourceError where there is no record of an item.
    """
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            record = next(read_records(stream, limits.payload_bytes + HEAD_ROOM), None)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}; put the file back, then run the same again") from error
    found = record and interpret(record, path.name, offset, limits.payload_bytes, fallback_at)
    if not found:
        raise SourceError(f"{path} holds no item at byte {offset}; newsflow check names what is damaged")
    return found


def _offsets_in(path: Path) -> dict[str, int]:
    """Where each capture lies. Raises SourceError where the file is damaged."""
    offsets: dict[str, int] = {}
    for segment in read_segments(path, Limits(payload_bytes=NO_LIMIT)):
        for offset, found in _sound(segment, path):
            if isinstance(found, Item):
                offsets[found.capture.capture_id] = offset
    return offsets


def _sound(segment: Segment, path: Path) -> list[tuple[int, Item | Refusal]]:
    """What a batch holds. Raises SourceError where a part of it is damaged."""
    for offset, found in segment.found:
        if isinstance(found, Refusal) and found.item_key == f"{path.name}@{offset}":
            raise SourceError(f"{path} is damaged at byte {offset}: {found.dropped.detail}")
    return segment.found


def _info_of(record: Record | Damage, path: Path) -> BatchInfo | None:
    """What a warcinfo record says of its batch; None for another record."""
    if isinstance(record, Damage) or record.warc_type != "warcinfo" or record.framed.block is None:
        return None
    return _parse_info(record.framed.block, path)


def _parse_info(block: bytes, path: Path) -> BatchInfo:
    lines = (line.partition(": ") for line in block.decode("utf-8", "replace").split("\r\n"))
    fields = {name: value for name, _, value in lines}
    try:
        started_at = datetime.fromisoformat(fields["newsflow-started-at"])
        return BatchInfo(fields["newsflow-kind"], fields["newsflow-source"], started_at)
    except (KeyError, ValueError) as error:
        raise SourceError(f"{path} does not say which batch it is ({error})") from error
