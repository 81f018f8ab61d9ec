"""GDELT: the addresses of the news articles that it saw, from 18 February 2015 on.

    gdelt:2026-02-03     gdelt:2026-02-01..2026-02-28, both days included

A file every 15 minutes lists what was seen in them: tab-separated rows, zipped. The event table has the
address of its article in its last column (SOURCEURL), the knowledge graph in its fifth (DocumentIdentifier).
GDELT's own dates say when it saw an article, which is neither when it was published nor when it is captured
here: they are compared with nothing. A part is a day, and a position the index of an address in it, each
counted once.

Sources: the GDELT 2.0 event and GKG 2.1 codebooks; names of the files as in its master list.
"""

import io
import re
import zipfile
import zlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from pipeline.acquire.entries import absolute_url
from pipeline.acquire.list_schemes import GDELT
from pipeline.acquire.listed import Listed, read_listed
from pipeline.acquire.patient import Reach, Requests, end, refusal_of
from pipeline.acquire.records import Failed
from pipeline.archive.parts import Part, Reading, Step, Steps
from pipeline.archive.warc import refuse
from pipeline.dispositions import Reason
from pipeline.errors import UsageError
from pipeline.records import Refusal

FIRST_DAY = date(2015, 2, 18)
EVERY = timedelta(minutes=15)
LATE = timedelta(minutes=20)  # a file is there some minutes after its time
COLUMNS = {"export": 60, "gkg": 4}  # counted from 0
LINE_BYTES = 1024 * 1024  # a row of the knowledge graph can have some hundred thousand
FILE_BYTES = 512 * 1024 * 1024  # of one file's rows; those of the knowledge graph have some 40 MB
DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.\.([0-9]{4}-[0-9]{2}-[0-9]{2}))?")
KEY_BYTES = 12


def parts_of_days(source: str, reach: Reach) -> Iterator[Part]:
    """A part a day. Raises UsageError for what are no days that GDELT has."""
    now = reach.clock.now().astimezone(UTC)
    first, last = _days(source)
    if not FIRST_DAY <= first <= last <= now.date():
        raise UsageError(f"{source}: GDELT's lists go from {FIRST_DAY} to {now.date()}; give days within")
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return (_part(reach, day, now) for day in days)


def _days(source: str) -> tuple[date, date]:
    named = DAYS.fullmatch(source.removeprefix(GDELT))
    try:
        if named is None:
            raise ValueError("no days")
        first = date.fromisoformat(named[1])
        return first, date.fromisoformat(named[2] or named[1])
    except ValueError as error:
        raise UsageError(f"{source}: give days, such as gdelt:2026-02-01..2026-02-28") from error


def _part(reach: Reach, day: date, now: datetime) -> Part:
    """The day's part; its version grows with its files, so that a day that goes on is read again."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    times = [at for at in (begin + EVERY * count for count in range(96)) if at + LATE <= now]
    name = f"{reach.lists.gdelt_url}/{day:%Y%m%d}"
    return Part(name, str(len(times)), None, _Day(reach, tuple(times)).read)


@dataclass(frozen=True, slots=True)
class _Day:
    """Reads the lists of a day."""

    reach: Reach
    times: tuple[datetime, ...]

    def read(self, reading: Reading) -> Steps:
        """The steps of the part."""
        return read_listed(self.reach, reading, self._listing, is_one_site=False)

    async def _listing(self, requests: Requests) -> AsyncGenerator[Step | Listed, None]:
        lists, position = self.reach.lists, 0
        seen: set[bytes] = set()
        names = (f"{at:%Y%m%d%H%M%S}.{kind}" for at in self.times for kind in lists.gdelt_files)
        for url in (f"{lists.gdelt_url}/{name}" for name in names):
            answer = await requests.get(url)
            if isinstance(answer, Failed) or answer.status != 200:
                is_missing = not isinstance(answer, Failed) and answer.status == 404
                yield Step(position, refusal_of(url, answer) if is_missing else end(url, answer))
                position += 1
                continue
            for found in addresses_in(answer.payload, url):
                key = b"" if isinstance(found, Refusal) else _key(found)
                if key not in seen:
                    seen.update([key] if key else [])
                    yield Step(position, found) if isinstance(found, Refusal) else Listed(position, found)
                    position += 1


def _key(url: str) -> bytes:
    return blake2b(url.encode(), digest_size=KEY_BYTES).digest()


def addresses_in(payload: bytes, name: str) -> Iterator[str | Refusal]:
    """The addresses in a zipped list, as its rows have them; at its end a refusal where it is damaged."""
    column = next((at for kind, at in COLUMNS.items() if f".{kind}." in name), COLUMNS["export"])
    left = FILE_BYTES
    try:
        for line in _lines_of(payload):
            left -= len(line)
            if left < 0:
                yield refuse(name, Reason.TOO_LARGE, f"more than {FILE_BYTES} bytes of rows")
                return
            fields = line.rstrip(b"\r\n").split(b"\t")
            url = fields[column].decode("utf-8", "replace") if len(fields) > column else ""
            if address := absolute_url(url, "") if "://" in url else None:
                yield address
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        yield refuse(name, Reason.CORRUPT, f"no list of GDELT: {error}")


def _lines_of(payload: bytes) -> Iterator[bytes]:
    """The lines of all files in a zipped list; of an endless one pieces."""
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        for member in archive.infolist():
            with archive.open(member) as rows:
                while line := rows.readline(LINE_BYTES):
                    yield line
