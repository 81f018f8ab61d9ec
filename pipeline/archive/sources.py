"""Sources on this machine: a path, a folder or "-" becomes parts, and parts give steps (see formats.py).

file            one part
.wacz           one part for each WARC file in it
folder          all of these, in the order of their names; of another Newsflow's data folder its captures
-               standard input, told by its first bytes
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.archive.counted import CountedStream
from pipeline.archive.formats import Opened, is_document, one_line, reader_for, steps_of
from pipeline.archive.parts import Part, Reading, Step, Steps, refused
from pipeline.archive.wacz import SUFFIX, Packed, packed_parts
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal
from pipeline.settings import Limits

Found = Item | Refusal
CAPTURES, TABLES = "captures", "tables"  # what a data folder of Newsflow holds


def read_source(path: str, limits: Limits, now: datetime) -> Iterator[Found]:
    """The items of one path, folder or "-". `now` is the time of what standard input brings."""
    reading = Reading(limits)
    for part in list_parts(path, now):
        for step in part.read(reading):
            if step.found is not None:
                yield step.found


def list_parts(path: str, now: datetime) -> Iterator[Part]:
    """The parts of one path, folder or "-", in the order of their names. What is no part is a refused one."""
    if path == "-":
        yield Part("-", "", None, partial(_read_input, now))
        return
    for file in list_files(Path(path)):
        if isinstance(file, Refusal):
            yield refused(file)
        elif file.suffix.lower() == SUFFIX:
            yield from _packed(file)
        else:
            yield _file_part(file)


def _read_input(now: datetime, reading: Reading) -> Steps:
    if sys.stdin is None:
        yield Step(0, refuse("-", Reason.UNREADABLE, "standard input is closed"))
        return
    stream = CountedStream(sys.stdin.buffer, reading.on_bytes)
    yield from steps_of(Opened("-", cast("BinaryIO", stream), now, reading), None)


def list_files(path: Path) -> Iterator[Path | Refusal]:
    """The files below `path` in the order of their names; a folder reached twice by links is read once.

    A path that is no folder is given as it is; within a folder, what is no file or of no known kind is
    refused, and hidden names are passed over.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a folder above may not be entered
        yield path
        return
    seen: set[tuple[int, int]] = set()
    todo: list[Path | Refusal] = [path / CAPTURES if _is_data_folder(path) else path]
    while todo:
        one = todo.pop()
        if isinstance(one, Path) and one.is_dir():
            todo.extend(reversed(_list_folder(one, seen)))
        else:
            yield one


def _is_data_folder(path: Path) -> bool:
    return (path / CAPTURES).is_dir() and (path / TABLES).is_dir()


def _list_folder(folder: Path, seen: set[tuple[int, int]]) -> list[Path | Refusal]:
    """What a folder holds, by name; nothing where it was seen before."""
    try:
        state = folder.stat()
        if (state.st_dev, state.st_ino) in seen:
            return []
        seen.add((state.st_dev, state.st_ino))
        return [_listed(path) for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    except OSError as error:
        return [refuse(str(folder), Reason.UNREADABLE, one_line(error))]


def _listed(path: Path) -> Path | Refusal:
    if path.is_dir():
        return path
    if reader_for(path.name) is None and path.suffix.lower() != SUFFIX:
        return refuse(str(path), Reason.UNSUPPORTED_TYPE, f"no reader for {path.suffix or 'this name'}")
    if path.exists() and not path.is_file():  # reading a pipe would wait for ever
        return refuse(str(path), Reason.UNREADABLE, "a pipe, socket or device; name it to read it")
    return path


def _file_part(path: Path) -> Part:
    try:
        state = path.stat()
    except OSError as error:
        return refused(refuse(str(path), Reason.UNREADABLE, one_line(error)))
    is_file = path.is_file()
    # A document is known by what is in it; a mark for each would only be a second list of all of them.
    version = _version(state) if is_file and not is_document(path.name) else ""
    return Part(str(path), version, state.st_size if is_file else None, partial(_read_file, path))


def _read_file(path: Path, reading: Reading) -> Steps:
    try:
        with path.open("rb") as file:
            stream = cast("BinaryIO", CountedStream(file, reading.on_bytes))
            at = _modified_at(os.fstat(file.fileno()))
            yield from steps_of(Opened(str(path), stream, at, reading), reader_for(path.name))
    except OSError as error:  # of opening: steps_of tells those of reading
        yield Step(reading.begin, refuse(str(path), Reason.UNREADABLE, one_line(error)))


def _packed(path: Path) -> Iterator[Part]:
    """The parts of a WACZ file."""
    try:
        state = path.stat()
    except OSError as error:
        yield refused(refuse(str(path), Reason.UNREADABLE, one_line(error)))
        return
    at = _modified_at(state)
    yield from packed_parts(Packed(str(path), _version(state), lambda: path.open("rb"), at))


def _version(state: os.stat_result) -> str:
    return f"{state.st_size} bytes, {state.st_mtime_ns}"


def _modified_at(state: os.stat_result) -> datetime:
    """When a file was changed; 1970 where that is no year that we can write down."""
    try:
        return datetime.fromtimestamp(state.st_mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
