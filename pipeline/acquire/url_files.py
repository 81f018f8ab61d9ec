"""Files of addresses, one a line: `urls:FILE`, also gzip-compressed, and `urls:-` for standard input.

Empty lines and those that begin with `#` say nothing; an address that stood before is passed by. A position
is the index of a line.
"""

import gzip
import sys
import zlib
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.acquire.addresses import AddressError, target_of
from pipeline.acquire.guard import ForbiddenAddressError
from pipeline.acquire.list_schemes import URLS
from pipeline.acquire.listed import Listed, read_listed
from pipeline.acquire.patient import Reach, Requests
from pipeline.acquire.spool import Kept, Spool
from pipeline.archive.parts import Part, Reading, Step, Steps
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.errors import UsageError

LINE_BYTES = 16 * 1024  # longer than any address that is asked for
KEY_BYTES = 12


def parts_of_file(source: str, reach: Reach) -> Iterator[Part]:
    """The one part of a file of addresses. Raises UsageError where there is no such file."""
    name = source.removeprefix(URLS)
    if name == "-":
        if sys.stdin is None:
            raise UsageError("urls:- reads standard input, which is closed; name a file")
        kept = Spool().keep(_input_lines(sys.stdin.buffer))
        return iter([Part(source, "", kept.end, _Lines(reach, source, kept).read)])
    path = Path(name)
    if not path.is_file():
        raise UsageError(f"{source}: no file {name!r}; name one that has an address in each line")
    about = path.stat()
    version = f"{about.st_size}-{about.st_mtime_ns}"
    return iter([Part(source, version, about.st_size, _Lines(reach, source, path).read)])


def _input_lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(LINE_BYTES):
        yield line.rstrip(b"\n")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Reads the lines of a file, or of what was kept of standard input."""

    reach: Reach
    name: str
    source: Path | Kept

    def read(self, reading: Reading) -> Steps:
        """The steps of the part."""
        return read_listed(self.reach, reading, self._listing, is_one_site=False)

    async def _listing(self, _: Requests) -> AsyncGenerator[Step | Listed, None]:
        position = 0
        try:
            for one in addresses_in(self._lines(), self.name):
                position = one.position + 1
                yield one
        except (OSError, EOFError, zlib.error) as error:
            yield Step(position, refuse(self.name, Reason.UNREADABLE, str(error)))

    def _lines(self) -> Iterator[bytes]:
        if isinstance(self.source, Kept):
            yield from self.source.lines()
            return
        is_gzip = self.source.suffix.lower() == ".gz"
        with gzip.open(self.source) if is_gzip else self.source.open("rb") as stream:
            yield from _input_lines(cast(BinaryIO, stream))


def addresses_in(lines: Iterable[bytes], name: str) -> Iterator[Listed | Step]:
    """The addresses of lines, each at its first place; a refusal for a line that is none."""
    seen: set[bytes] = set()
    for position, line in enumerate(lines):
        text = line.decode("utf-8-sig", "replace").strip()
        key = blake2b(text.encode(), digest_size=KEY_BYTES).digest()
        if not text or text.startswith("#") or key in seen:
            continue
        seen.add(key)
        yield _listed(position, text, name)


def _listed(position: int, text: str, name: str) -> Listed | Step:
    try:
        target_of(text)
    except (AddressError, ForbiddenAddressError) as error:
        return Step(position, refuse(f"{name}@{position}", Reason.CORRUPT, f"no address of a page: {error}"))
    return Listed(position, text)
