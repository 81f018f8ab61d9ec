"""The whole way from a WARC to tables, beside the loop that a user would write and news-please, in one run.

    python benchmarks/backfill.py PAGES.warc.gz [--repeats 5] [--rounds 3] [--workers 1,2]
                                  [--peers loop,news-please] [--json]
                                  [--memory] [--floor loop_ratio=1.3 ...] [--ceiling memory_ratio=1.3 ...]

All take the same archive: the pages `--repeats` times over, each time with other addresses and texts
(varied.py).

newsflow      `newsflow backfill`, with each number of workers: articles, quotes, fingerprints, stories,
              revisions, a ledger, and the pages kept in WARC
loop          fastwarc, `trafilatura.extract` with its defaults, rows of address and text into DuckDB
news-please   what its Common Crawl extractor does for each record; takes the pages once, as it is slow. It
              gets an environment of its own, installed by pip into `--environment` (kept for the next time)

Each figure comes from whole processes, run in turn so that a slow moment of the machine strikes all; ratios
are medians of the rounds, starting included.

- loop_ratio, news_please_ratio   pages per CPU second of Newsflow with the first number of workers, children
                                  included, against the peer
- workers_ratio                   wall time with the first number of workers against the second
- memory_ratio, own_memory_ratio  with `--memory`: peak memory of an ingest of the pages twenty times over
                                  against once, of all its processes and of the first one alone

Prints a table, or with `--json` one line; exits with 1 where a figure is below its floor or above its
ceiling.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from processes import Cost, newsflow, run
from varied import repeat_varied

VERB = "backfill"
MANY = 20
PEERS = Path(__file__).parent / "peers"
LOOP, NEWS_PLEASE = "loop", "news-please"
# Tokenizers of Japanese, Chinese and Thai, without which news-please fails on such pages.
NEWS_PLEASE_PACKAGES = ("news-please", "newspaper4k[ja,zh,th]")
SAMPLE_SECONDS = 0.5  # reading the memory of a process takes the kernel a millisecond


@dataclass(frozen=True)
class Run:
    """One way through the pages, done once."""

    name: str
    pages: int
    cost: Cost

    @property
    def speed(self) -> float:
        """Pages per CPU second."""
        return self.pages / self.cost.cpu_seconds


@dataclass(frozen=True)
class Way:
    """How to go through the pages: `go` takes a new folder."""

    name: str
    pages: int
    go: Callable[[Path], Cost]


def ours(archive: Path, workers: int, folder: Path) -> Cost:
    """Newsflow's command into tables of their own."""
    args = [VERB, str(archive), "--workers", str(workers), "--data", str(folder), "--json"]
    return newsflow(*args, sample_seconds=SAMPLE_SECONDS)


def theirs(python: Path | str, script: str, archive: Path, folder: Path) -> Cost:
    """A peer's script with its interpreter."""
    folder.mkdir()
    return run([str(python), str(PEERS / script), str(archive), str(folder / "tables")], SAMPLE_SECONDS)


def install_news_please(folder: Path) -> Path:
    """The interpreter of an environment that has news-please; made where it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, *NEWS_PLEASE_PACKAGES], check=True, stdout=sys.stderr)
    return python


def ways(args: argparse.Namespace, archive: Path, pages: int, folder: Path) -> list[Way]:
    """All that is to be compared."""
    found = [Way(_named(workers), pages, partial(ours, archive, workers)) for workers in args.workers]
    if LOOP in args.peers:
        found.insert(1, Way(LOOP, pages, partial(theirs, sys.executable, "loop.py", archive)))
    if NEWS_PLEASE in args.peers:
        python = install_news_please(args.environment or folder / "news-please")
        once = folder / "once.warc.gz"
        count = repeat_varied(args.pages, once, 1)
        found.append(Way(NEWS_PLEASE, count, partial(theirs, python, "common_crawl.py", once)))
    return found


def _named(workers: int) -> str:
    return f"newsflow, {workers} worker{'s' if workers > 1 else ''}"


def take_turns(found: Sequence[Way], rounds: int, folder: Path) -> list[list[Run]]:
    """The runs, round by round."""
    return [
        [Run(way.name, way.pages, way.go(folder / f"{number}-{place}")) for place, way in enumerate(found)]
        for number in range(rounds)
    ]


def figures_of(rounds: Sequence[Sequence[Run]], workers: Sequence[int]) -> dict[str, float]:
    """The ratios of the rounds, each its median."""
    by_name = [{run.name: run for run in runs} for runs in rounds]
    one, *more = map(_named, workers)
    figures = {
        "pages": rounds[0][0].pages,
        "pages_per_cpu_second": round(statistics.median(runs[one].speed for runs in by_name), 1),
    }
    for name, figure in ((LOOP, "loop_ratio"), (NEWS_PLEASE, "news_please_ratio")):
        if name in by_name[0]:
            ratios = [runs[one].speed / runs[name].speed for runs in by_name]
            figures[figure] = round(statistics.median(ratios), 2)
    for other in more[:1]:
        walls = [runs[one].cost.wall_seconds / runs[other].cost.wall_seconds for runs in by_name]
        figures["workers_ratio"] = round(statistics.median(walls), 2)
    return figures


def memory_figures(pages: Path, folder: Path) -> dict[str, float]:
    """How the peak memory of many pages compares with that of few."""
    once, often = folder / "few.warc.gz", folder / "many.warc.gz"
    repeat_varied(pages, once, 1)
    repeat_varied(pages, often, MANY)
    few, many = (ours(archive, 2, folder / archive.stem) for archive in (once, often))
    return {
        "peak_mib": round(few.peak_bytes / 2**20),
        "repeated_peak_mib": round(many.peak_bytes / 2**20),
        "memory_ratio": round(many.peak_bytes / few.peak_bytes, 2),
        "own_peak_mib": round(few.own_peak_bytes / 2**20),
        "repeated_own_peak_mib": round(many.own_peak_bytes / 2**20),
        "own_memory_ratio": round(many.own_peak_bytes / few.own_peak_bytes, 2),
    }


def table_of(rounds: Sequence[Sequence[Run]]) -> str:
    """The medians of each way, one a line, against the first."""
    lines = [
        "way                  pages  CPU s  pages/CPU s  against  wall s  peak MiB  of the first process"
    ]
    first = _medians([runs[0] for runs in rounds])["speed"]
    for place, way in enumerate(rounds[0]):
        found = _medians([runs[place] for runs in rounds])
        lines.append(
            f"{way.name:20} {way.pages:5}  {found['cpu']:5.1f}  {found['speed']:11.1f}  "
            f"{first / found['speed']:7.2f}  {found['wall']:6.1f}  {found['peak']:8.0f}  {found['own']:20.0f}"
        )
    return "\n".join(lines)


def _medians(runs: Sequence[Run]) -> dict[str, float]:
    found = {
        "cpu": [run.cost.cpu_seconds for run in runs],
        "speed": [run.speed for run in runs],
        "wall": [run.cost.wall_seconds for run in runs],
        "peak": [run.cost.peak_bytes / 2**20 for run in runs],
        "own": [run.cost.own_peak_bytes / 2**20 for run in runs],
    }
    return {name: float(statistics.median(values)) for name, values in found.items()}


def shortfalls(figures: dict[str, float], floors: Sequence[str], ceilings: Sequence[str]) -> list[str]:
    """The figures that are below their floor or above their ceiling."""
    short = []
    for bounds, sign, word in ((floors, 1, "below"), (ceilings, -1, "above")):
        for bound in bounds:
            name, _, value = bound.partition("=")
            if sign * figures[name] < sign * float(value):
                short.append(f"{name} is {figures[name]}, {word} {value}")
    return short


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--workers", type=lambda text: [int(count) for count in text.split(",")], default=[1, 2]
    )
    parser.add_argument("--peers", type=lambda text: text.split(","), default=[LOOP, NEWS_PLEASE])
    parser.add_argument("--environment", type=Path, help="folder of the environment of news-please")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--floor", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--ceiling", action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args()


def main() -> int:
    """Measures, prints, and compares with the bounds."""
    args = read_arguments()
    with tempfile.TemporaryDirectory(prefix="newsflow-benchmark-") as name:
        folder = Path(name)
        archive = folder / "pages.warc.gz"
        pages = repeat_varied(args.pages, archive, args.repeats)
        found = ways(args, archive, pages, folder)
        rounds = take_turns(found, args.rounds, folder)
        figures = figures_of(rounds, args.workers) | (
            memory_figures(args.pages, folder) if args.memory else {}
        )
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    if not args.json:
        print(table_of(rounds), f"load of the machine at the end: {load}", sep="\n")
    print(json.dumps(figures))
    short = shortfalls(figures, args.floor, args.ceiling)
    print(*short, sep="\n", end="\n" if short else "", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
