"""Pages per CPU second of `pipeline.clean` against trafilatura alone, on the same pages, in the same run.

    python benchmarks/clean.py PAGES.warc.gz [--rounds 3] [--floor ratio=1.4]

The peer is `trafilatura.bare_extraction` with metadata and its default settings. Both run over all pages in
turn, round after round, so that a slow moment of the machine strikes both; the first round warms up.
Prints one JSON line; with `--floor name=value` it exits with 1 where a figure is below its floor.
"""

import argparse
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from trafilatura import bare_extraction

from pipeline.clean import clean
from pipeline.records import Capture

Page = tuple[Capture, bytes]


def read_pages(path: Path) -> list[Page]:
    """The HTML responses of a WARC."""
    with path.open("rb") as stream:
        kinds = WarcRecordType.response | WarcRecordType.resource
        return [
            (_capture(record.headers["WARC-Target-URI"], number), record.reader.read())
            for number, record in enumerate(ArchiveIterator(stream, parse_http=True, record_types=kinds))
        ]


def _capture(url: str, number: int) -> Capture:
    return Capture(
        capture_id=str(number),
        url=url,
        final_url=url,
        fetched_at=datetime.now(UTC),
        http_status=200,
        media_type="text/html",
        charset=None,
        payload_sha256="",
    )


def ours(page: Page) -> None:
    """One page through the cleaning room."""
    clean(*page)


def theirs(page: Page) -> None:
    """One page through trafilatura with metadata."""
    bare_extraction(page[1], url=page[0].url, with_metadata=True)


def cpu_seconds(work: Callable[[Page], None], pages: list[Page]) -> float:
    """The CPU time that all pages take."""
    start = time.process_time()
    for page in pages:
        work(page)
    return time.process_time() - start


def measure(pages: list[Page], rounds: int) -> dict[str, float]:
    """The median pages per CPU second of both, and the median ratio of the rounds."""
    cpu_seconds(ours, pages)
    cpu_seconds(theirs, pages)
    times = [(cpu_seconds(ours, pages), cpu_seconds(theirs, pages)) for _ in range(rounds)]
    return {
        "pages": len(pages),
        "ours_pages_per_cpu_second": round(len(pages) / statistics.median(own for own, _ in times), 1),
        "trafilatura_pages_per_cpu_second": round(
            len(pages) / statistics.median(peer for _, peer in times), 1
        ),
        "ratio": round(statistics.median(peer / own for own, peer in times), 2),
    }


def main() -> int:
    """Measures, prints, and compares with the floors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--floor", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    figures = measure(read_pages(args.pages), args.rounds)
    print(json.dumps(figures))
    floors = [floor.partition("=") for floor in args.floor]
    low = [
        f"{name} is {figures[name]}, below {value}"
        for name, _, value in floors
        if figures[name] < float(value)
    ]
    print(*low, sep="\n", end="\n" if low else "", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
