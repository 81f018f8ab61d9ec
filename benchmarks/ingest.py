"""What the whole way costs beside cleaning alone, how two workers share it, and how flat memory stays.

    python benchmarks/ingest.py PAGES.warc.gz [--rounds 3] [--ceiling cpu_ratio=1.35 ...]

Each figure comes from whole processes of the command line, run in turn (`clean`, `ingest` with one worker,
`ingest` with two) so that a slow moment of the machine strikes all; ratios are medians of the rounds.

- cpu_ratio     CPU seconds of `ingest` against `clean`, one worker each, children included
- wall_ratio    wall time of `ingest` with two workers against one, over the pages five times under other
                addresses; `wall_ratio_once` is the same over the pages once, where starting (about a second,
                which no second worker shortens) weighs most
- memory_ratio  peak memory of an ingest of the pages twenty times under other addresses, against the pages
                once: the sum over the processes of the run, sampled ten times a second

Prints one JSON line; exits with 1 where a figure is above its ceiling.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator
from processes import Cost, newsflow

FEW = 5
MANY = 20


def repeat_pages(source: Path, target: Path, times: int) -> None:
    """The pages `times` over, each time under other addresses."""
    with target.open("wb") as file:
        writer = GzipWriter(file, compression_level=1)
        for number in range(times):
            with source.open("rb") as stream:
                for record in ArchiveIterator(stream, parse_http=False):
                    address = record.headers["WARC-Target-URI"]
                    joint = "&" if "?" in address else "?"
                    record.headers["WARC-Target-URI"] = f"{address}{joint}copy={number}"
                    record.write(writer)
                    writer.finish()


def measure(pages: Path, rounds: int, folder: Path) -> dict[str, float]:
    """All figures."""
    few, many = folder / "few.warc.gz", folder / "many.warc.gz"
    repeat_pages(pages, few, FEW)
    repeat_pages(pages, many, MANY)
    newsflow("clean", str(pages), "--workers", "1")  # warms up
    turns = [_turn(pages, few, folder / f"turn{number}") for number in range(rounds)]
    once = _ingest(pages, 2, folder / "once")
    often = _ingest(many, 2, folder / "often")
    clean, whole, single, both, single_few, both_few = zip(*turns, strict=True)
    return {
        "clean_cpu_seconds": round(statistics.median(cost.cpu_seconds for cost in clean), 2),
        "ingest_cpu_seconds": round(statistics.median(cost.cpu_seconds for cost in whole), 2),
        "cpu_ratio": _ratio("cpu_seconds", whole, clean),
        "wall_ratio_once": _ratio("wall_seconds", both, single),
        "wall_ratio": _ratio("wall_seconds", both_few, single_few),
        "peak_mib": round(once.peak_bytes / 2**20),
        "repeated_peak_mib": round(often.peak_bytes / 2**20),
        "memory_ratio": round(often.peak_bytes / once.peak_bytes, 3),
    }


def _turn(pages: Path, few: Path, folder: Path) -> tuple[Cost, ...]:
    """One round: clean, ingest with one and with two workers, and these two over more pages."""
    single = _ingest(pages, 1, folder / "one")
    return (
        newsflow("clean", str(pages), "--workers", "1"),
        single,
        single,
        _ingest(pages, 2, folder / "two"),
        _ingest(few, 1, folder / "few-one"),
        _ingest(few, 2, folder / "few-two"),
    )


def _ingest(source: Path, workers: int, data: Path) -> Cost:
    return newsflow("ingest", str(source), "--workers", str(workers), "--data", str(data))


def _ratio(figure: str, costs: Sequence[Cost], others: Sequence[Cost]) -> float:
    """The median over the rounds of one cost against the other."""
    ratios = [getattr(one, figure) / getattr(other, figure) for one, other in zip(costs, others, strict=True)]
    return round(float(statistics.median(ratios)), 3)


def main() -> int:
    """Measures, prints, and compares with the ceilings."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ceiling", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsflow-benchmark-") as folder:
        figures = measure(args.pages, args.rounds, Path(folder))
    print(json.dumps(figures))
    high = []
    for ceiling in args.ceiling:
        name, _, value = ceiling.partition("=")
        if figures[name] > float(value):
            high.append(f"{name} is {figures[name]}, above {value}")
    print(*high, sep="\n", end="\n" if high else "", file=sys.stderr)
    return 1 if high else 0


if __name__ == "__main__":
    sys.exit(main())
