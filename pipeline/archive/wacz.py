"""WACZ: web archives in a ZIP file (Web Archive Collection Zipped 1.1.1). Its WARC files are what is read."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

ARCHIVE = "archive/"
# What zipfile raises where a member is damaged, cut, encrypted or compressed in an unknown way.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


def list_archives(stream: BinaryIO) -> list[tuple[str, int]]:
    """The name of each WARC file in it, in the order of the names, with its size in bytes.

    Raises zipfile.BadZipFile where the bytes are no ZIP, NotImplementedError where it spans several files.
    """
    with zipfile.ZipFile(stream) as packed:
        return sorted(
            (one.filename, one.file_size)
            for one in packed.infolist()
            if one.filename.startswith(ARCHIVE) and one.filename.endswith((".warc", ".warc.gz"))
        )


@contextmanager
def open_archive(stream: BinaryIO, name: str) -> Iterator[IO[bytes]]:
    """One of its files. Reading it raises one of DAMAGE where that cannot be done."""
    with zipfile.ZipFile(stream) as packed, packed.open(name) as member:
        yield member
