"""Lines that wait on disk until somebody reads them: the addresses of sitemaps and feeds, standard input."""

import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

PIECE = 64 * 1024


class Spool:
    """A file without a name, which goes when nothing that was kept in it is needed any more."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the spool lives
        weakref.finalize(self, self._file.close)

    def keep(self, lines: Iterable[bytes]) -> "Kept":
        """Write lines (without ends) behind those that are there."""
        begin, digest = self._file.seek(0, os.SEEK_END), blake2b(digest_size=12)
        for line in lines:
            self._file.write(line + b"\n")
            digest.update(line + b"\n")
        self._file.flush()
        return Kept(self, begin, self._file.tell(), digest.hexdigest())

    def piece(self, begin: int, end: int) -> bytes:
        """Some bytes of it."""
        return os.pread(self._file.fileno(), min(end - begin, PIECE), begin)


@dataclass(frozen=True, slots=True)
class Kept:
    """Lines in a spool; `digest` of all of them."""

    spool: Spool
    begin: int
    end: int
    digest: str

    def lines(self) -> Iterator[bytes]:
        """The lines in their order, without ends."""
        at, rest = self.begin, b""
        while at < self.end:
            piece = self.spool.piece(at, self.end)
            at += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
