"""WACZ: web archives in a ZIP file (Web Archive Collection Zipped 1.1.1). Its WARC files are what is read."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

ARCHIVE = "archive/"


@contextmanager
def opened_wacz(stream: BinaryIO) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Each WARC file in it with its name there, in the order of the names.

    Raises zipfile.BadZipFile where the bytes are no ZIP or a member is damaged, NotImplementedError and
    RuntimeError where a member is compressed in an unknown way or encrypted.
    """
    with zipfile.ZipFile(stream) as packed:
        names = sorted(
            name
            for name in packed.namelist()
            if name.startswith(ARCHIVE) and name.endswith((".warc", ".warc.gz"))
        )
        yield ((name, packed.open(name)) for name in names)
