"""WACZ: web archives in a ZIP file (Web Archive Collection Zipped 1.1.1). Each WARC file in it is a part."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import BinaryIO, cast

from pipeline.archive.counted import CountedStream
from pipeline.archive.formats import Opened, one_line, reader_for, steps_of
from pipeline.archive.parts import Part, Reading, Step, Steps, refused
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason

SUFFIX = ".wacz"
ARCHIVE = "archive/"
# What zipfile raises where a file is no ZIP, damaged, cut, encrypted, or packed in a way unknown to it.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Packed:
    """One WACZ file: its address, the version of its parts, how it is opened, and the time of its items."""

    name: str
    version: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    at: datetime


def packed_parts(packed: Packed) -> Iterator[Part]:
    """The WARC files in it, in the order of their names; a file without any, or a damaged one, is refused."""
    try:
        with packed.open() as file, zipfile.ZipFile(file) as archive:
            found = sorted((one.filename, one.file_size) for one in archive.infolist())
    except OSError as error:
        yield refused(refuse(packed.name, Reason.UNREADABLE, one_line(error)))
        return
    except DAMAGE as error:
        yield refused(refuse(packed.name, Reason.CORRUPT, one_line(error)))
        return
    members = [(name, size) for name, size in found if _is_archive(name)]
    if not members:
        yield refused(refuse(packed.name, Reason.EMPTY, "no WARC file in its folder archive/"))
    for name, size in members:
        yield Part(f"{packed.name}!{name}", packed.version, size, partial(_read, packed, name))


def _is_archive(name: str) -> bool:
    return name.startswith(ARCHIVE) and name.endswith((".warc", ".warc.gz"))


def _read(packed: Packed, name: str, reading: Reading) -> Steps:
    key, at = f"{packed.name}!{name}", reading.begin
    try:
        with packed.open() as file, zipfile.ZipFile(file) as archive, archive.open(name) as member:
            stream = cast("BinaryIO", CountedStream(member, reading.on_bytes))
            for step in steps_of(Opened(key, stream, packed.at, reading), reader_for(name)):
                at = step.position
                yield step
    except OSError as error:
        yield Step(at, refuse(key, Reason.UNREADABLE, one_line(error)))
    except DAMAGE as error:
        yield Step(at, refuse(key, Reason.CORRUPT, one_line(error)))
