"""The batches of many capture files, in the order in which they were loaded.

A file holds one batch, or (of a watch) several one behind the other, loaded while others were. Of each
file at most one batch is in memory before its turn, and none of a file that holds one.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.archive.captures import Segment, Unread, read_batches
from pipeline.settings import Limits

_LAST = datetime.max.replace(tzinfo=UTC)  # where it is not known: after all others


@dataclass(frozen=True, slots=True)
class LoadTimes:
    """When batches were loaded, by batch id; and when the first one in a file was, by its path."""

    of_batch: Mapping[str, datetime]
    of_file: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a capture file: from one end of a segment to another. `path` lies in the captures folder."""

    path: str
    begin: int
    end: int


@dataclass(order=True, slots=True)
class _Turn:
    """When it is a file's turn: the time of its next batch if that is `held`, or a time before it."""

    at: datetime
    place: int  # in the list of files: for batches of unknown time
    path: str = field(compare=False)
    rest: Iterator[Segment | Unread] = field(compare=False)
    held: Segment | Unread | None = field(compare=False, default=None)


def read_in_order(
    folder: Path, parts: Iterable[Part], loaded_at: LoadTimes, limits: Limits
) -> Iterator[tuple[str, Segment | Unread]]:
    """Each batch with its file. Those of unknown time come last, as the parts are listed."""
    turns = [
        _Turn(
            loaded_at.of_file.get(part.path, _LAST),
            place,
            part.path,
            read_batches(folder / part.path, limits, part.begin, part.end),
        )
        for place, part in enumerate(parts)
    ]
    heapq.heapify(turns)
    while turns:
        turn = turns[0]
        segment = turn.held or next(turn.rest, None)
        if segment is None:
            heapq.heappop(turns)
            continue
        turn.held = segment
        turn.at = max(turn.at, loaded_at.of_batch.get(segment.batch_id, turn.at))
        heapq.heapreplace(turns, turn)
        if turns[0] is turn:
            turn.held = None
            yield turn.path, segment
