"""The capture files of a running watch: they grow by whole segments, and end with their day or size.

    captures/live/2026-11-25/081500-4be1c2d3.warc.gz     the day and time (UTC) at which it was begun

A segment is on disk when `append` returns: only then does anything in it count. A watch never goes on with
the file of an earlier one: what a crash left unfinished stands at the end of a file, and can be cut off.
"""

import fcntl
import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from pipeline.archive.captures import LIVE, CaptureFile, batch_id_of, find_torn_end
from pipeline.archive.writing import BatchInfo, Kept, RecordWriter
from pipeline.records import Refusal
from pipeline.settings import Limits
from pipeline.store import sync


class LiveFiles:
    """Appends the segments of one process, in order."""

    def __init__(self, captures: Path, file_bytes: int) -> None:
        self._captures = captures
        self._file_bytes = file_bytes
        self._path: Path | None = None

    def append(self, info: BatchInfo, kept: Sequence[Kept], refusals: Sequence[Refusal]) -> CaptureFile:
        """Bring one batch to disk. Raises OSError, and then the file is as it was."""
        buffer = BytesIO()
        records = RecordWriter(buffer, info)
        for one in kept:
            records.add_kept(one)
        for refusal in refusals:
            records.add_refusal(refusal)
        records.finish()
        path = self._file_for(info, buffer.tell())
        begin = _append(path, buffer.getbuffer())
        offsets = {record_id: begin + offset for record_id, offset in records.offsets.items()}
        batch_id = batch_id_of(records.captures, records.refusals)
        return CaptureFile(batch_id, path.relative_to(self._captures).as_posix(), offsets)

    def _file_for(self, info: BatchInfo, size: int) -> Path:
        """The file in use, or a new one where the day is over or the file would grow too large."""
        day = info.started_at.strftime("%Y-%m-%d")
        path = self._path
        if path is None or path.parent.name != day or self._is_full(path, size):
            name = f"{info.started_at.strftime('%H%M%S')}-{uuid4().hex[:8]}.warc.gz"
            path = self._captures / LIVE / day / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
            for folder in (path.parent, path.parent.parent, self._captures):
                sync(folder)
            self._path = path
        return path

    def _is_full(self, path: Path, size: int) -> bool:
        """Whether so many bytes more are too many; so they are for a file that has gone into a store."""
        return not path.exists() or path.stat().st_size + size > self._file_bytes


def _append(path: Path, segment: memoryview) -> int:
    """Write behind the end and bring it to disk; returns where it begins. Readers wait meanwhile."""
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        begin = file.seek(0, os.SEEK_END)
        try:
            file.write(segment)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(begin)
            raise
    return begin


def cut_torn_end(path: Path, limits: Limits) -> int:
    """Cut off what a crash left unfinished at the end of a live file; returns how many bytes."""
    end = find_torn_end(path, limits)
    if end is None:
        return 0
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        file.truncate(end)
        os.fsync(file.fileno())
    return size - end
