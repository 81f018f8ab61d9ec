"""Damaged archives of every format, and what must hold of reading them.

    python -m tests.archive.fuzz SECONDS [--seed N]

Reading ends and raises nothing. Positions never fall. Reading from the position of any step on gives that
step and all that follow, as reading through did: this is what lets a backfill go on after a kill. (Steps that
share a position, such as records in one gzip member, come again together.)
"""

import argparse
import gzip
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import brotli
import duckdb

from pipeline.archive.parts import Part, Reading
from pipeline.archive.sources import list_parts
from pipeline.settings import Limits
from tests.archive.samples import AT, packed, record, response

LIMITS = Limits(payload_bytes=1500)
Edit = tuple[float, int, bytes]  # where (0 at the start, 1 at the end), how many bytes go, what comes
ODD = (
    *(b"", b"\r\n\r\n", b"\n", b'"', b",", b"\x00", b"\xff" * 4, b"PK\x03\x04", b"PAR1"),
    *(b"WARC/1.0\r\nContent-Length: 9\r\n\r\n", b"\x1f\x8b\x08\x00", b"Content-Length: 99999\r\n"),
    *(b'{"text": "', b"x" * 1600, gzip.compress(b"WARC/1.1\r\n"), b"WARC-Block-Digest: sha1:AAAA\r\n"),
)
TYPES = "{url: 'varchar', text: 'varchar', fetched_at: 'varchar'}"


def records() -> list[bytes]:
    """Records of all sorts: chunked, brotli, a wrong digest, a revisit, too large."""
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (b"<p>One ", b"and two</p>", b""))
    digest = "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
    return [
        record(1),
        record(2, response(chunked, "Transfer-Encoding: chunked")),
        record(3, response(brotli.compress(b"<p>Packed</p>"), "Content-Encoding: br")),
        record(4, extra=digest),
        record(5, kind="revisit"),
        record(6, response(b"<p>" + b"long " * 400)),
        record(7, b"not HTTP"),
        record(8, length=12),
        record(9),
    ]


def rows() -> list[dict[str, str]]:
    """Rows, one of them without text and one with lines of its own."""
    made = [{"url": f"https://n.example/{n}", "text": f"Row, number {n}\nin two lines"} for n in range(6)]
    return [*made, {"url": "https://n.example/6"}, {"text": "Ümlaut", "fetched_at": "2026-02-01"}]


def samples(folder: Path) -> dict[str, bytes]:
    """Sound archives by the names of their files."""
    web, lines = records(), "".join(f"{json.dumps(row)}\n" for row in rows()).encode()
    together = gzip.compress(b"".join(web[:3])) + b"".join(web[3:5]) + packed(web[5:])
    (folder / "rows.json").write_bytes(lines)
    table = duckdb.sql(f"from read_json('{folder / 'rows.json'}', columns = {TYPES})")
    table.write_csv(str(folder / "rows.csv"))
    table.write_parquet(str(folder / "rows.parquet"))
    comma = (folder / "rows.csv").read_bytes()
    return {
        "a.warc": b"".join(web),
        "a.warc.gz": packed(web),
        "b.warc.gz": together,
        "plain": b"".join(web),
        "packed": packed(web),
        "a.wacz": _wacz(web, zipfile.ZIP_STORED),
        "b.wacz": _wacz(web, zipfile.ZIP_DEFLATED),
        "lines": lines,
        "a.jsonl": lines,
        "a.jsonl.gz": gzip.compress(lines[:400]) + gzip.compress(lines[400:]),
        "a.csv": comma,
        "a.csv.gz": gzip.compress(comma),
        "a.tsv": comma.replace(b",", b"\t"),
        "a.parquet": (folder / "rows.parquet").read_bytes(),
        "a.txt": b"Text " * 9,
        "a.html": b"<p>Page",
    }


def _wacz(web: list[bytes], compression: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as site:
        site.writestr("archive/a.warc", b"".join(web[:5]))
        site.writestr("archive/b.warc.gz", packed(web[5:]))
    return stream.getvalue()


def edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes with stretches replaced, one after the other."""
    for where, gone, put in edits:
        at = int(where * len(data))
        data = data[:at] + put + data[at + gone :]
    return data


def offences(path: Path) -> Iterator[str]:
    """What does not hold of reading a file."""
    for part in list_parts(str(path), AT):
        yield from _offences(part)


def _offences(part: Part) -> Iterator[str]:
    whole = list(part.read(Reading(LIMITS)))
    positions = [step.position for step in whole]
    if positions != sorted(positions):
        yield f"{part.name}: positions fall: {positions}"
    for begin in sorted({*positions}):
        again = list(part.read(Reading(LIMITS, begin)))
        wanted = [step for step in whole if step.position >= begin]
        if again != wanted:
            yield f"{part.name}: from {begin} on:\n  {again}\nafter reading through:\n  {wanted}"


def _edits(chance: random.Random) -> list[Edit]:
    def one() -> Edit:
        put = chance.choice(ODD) if chance.random() < 0.6 else chance.randbytes(chance.randrange(8))
        return chance.random(), chance.choice([0, 0, 1, len(put), chance.randrange(40), 10**6]), put

    return [one() for _ in range(chance.randint(1, 4))]


def main() -> int:
    """Read damaged archives until the time is over or something does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("seconds", type=float)
    parser.add_argument("--seed", type=int, default=20260302)
    args = parser.parse_args()
    chance, until, tried = random.Random(args.seed), time.monotonic() + args.seconds, 0
    with tempfile.TemporaryDirectory(prefix="newsflow-fuzz-") as folder:
        sound = samples(Path(folder))
        while time.monotonic() < until:
            name, edits = chance.choice(list(sound)), _edits(chance)
            path = Path(folder) / name
            path.write_bytes(edited(sound[name], edits))
            tried += 1
            if found := next(offences(path), None):
                sys.stdout.write(f"archive {tried}, {name}, {edits}:\n{found}\n")
                return 1
    sys.stdout.write(f"{tried} archives: all of them read\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
