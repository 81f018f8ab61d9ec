"""The parts of a backfill divided into lists, for tasks side by side.

plans/NAME/000.paths 001.paths ...        a part a line: an absolute path, or an address
"""

from collections.abc import Iterable
from heapq import heapify, heapreplace
from pathlib import Path

from pipeline.archive.parts import Part

UNKNOWN_BYTES = 1 << 30  # what a part counts whose size is not known: a file of CC-NEWS
LIST_BYTES = 64 << 20  # of WARC: about 20 seconds of one core, and not worth a division


def divide(parts: Iterable[Part], most: int) -> list[list[str]]:
    """The places of the parts in at most so many lists of about the same size, none of them tiny."""
    sizes: dict[str, int] = {}
    for part in parts:
        place = place_of(part)
        sizes[place] = sizes.get(place, 0) + (UNKNOWN_BYTES if part.size is None else part.size)
    worth = -(-sum(sizes.values()) // LIST_BYTES) or 1
    lists: list[list[str]] = [[] for _ in range(min(most, worth, len(sizes)))]
    heap = [(0, number) for number in range(len(lists))]
    heapify(heap)
    for place in sorted(sizes, key=lambda one: (-sizes[one], one)):
        filled, number = heap[0]
        lists[number].append(place)
        heapreplace(heap, (filled + sizes[place], number))
    return [sorted(one) for one in lists]


def place_of(part: Part) -> str:
    """Where a part is read: of a file within a WACZ file, that one."""
    outer, mark, _ = part.name.partition("!")
    return outer if mark and outer.lower().endswith(".wacz") else part.name


def write_lists(folder: Path, lists: Iterable[Iterable[str]]) -> list[Path]:
    """Write each list to a file; returns the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, places in enumerate(lists):
        files.append(folder / f"{number:03}.paths")
        files[-1].write_text("".join(f"{place}\n" for place in places), encoding="utf-8")
    return files
