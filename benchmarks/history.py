"""What matching one batch costs against a long history on disk.

    python benchmarks/history.py [--articles 1000000 10000000] [--batch 3000] [--folder DIR] [--ceiling ...]

Makes a history of so many articles, 200,000 a day (`--per-day`) up to one moment, in DuckLake, a file for
each day: article rows with texts of some 600 characters, and 25 fingerprint rows each, one of them a common
phrase's. Then loads real batches the whole way and measures the match step alone (sql/match and the
verification): a tenth of each batch are altered copies of articles of the last days, a twentieth equal copies
of articles from anywhere in the history.

A batch of the day after sees the whole window of 7 days. For the ratio of two histories the batch lies later,
so that what is read for it is of the same five days in both. CPU seconds are those of the loading process,
all threads; memory is its peak. 10 million articles take some 6 GB on disk and a quarter of an hour.

Prints a JSON line for each history, and one with the largest against the smallest; exits with 1 where a
figure is above its ceiling (`--ceiling cpu_seconds=5`, `peak_gb=3`, `ratio=1.5`).
"""

import argparse
import json
import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import duckdb

from pipeline import batch as batches
from pipeline.archive.identity import make_capture
from pipeline.archive.writing import BatchInfo
from pipeline.batch import Run
from pipeline.records import Item
from pipeline.settings import settings_for
from pipeline.warehouse import load
from pipeline.warehouse.connect import connect
from pipeline.work import Workers

END = datetime(2026, 6, 1, tzinfo=UTC)
NEXT = timedelta(minutes=5)
# Texts are read for half a window more than the 7 days, as a later copy may be within them (decision 0012).
# Of the 10.5 days before such a batch the last five of the history are what both have.
LATER = timedelta(days=5.5)
INFO = BatchInfo("ingest", "benchmark", END)
P = ParamSpec("P")
T = TypeVar("T")

ARTICLES = """
insert into articles (
    article_id, url, is_canonical_url, publisher, title, authors, published_at, fetched_at, first_seen_at,
    ordered_at, language, text, word_count, is_paywalled, is_truncated, extractor, notes, content_hash,
    text_hash, revision, story_id, capture_id, batch_id
)
select
    id, 'https://paper' || i % 5000 || '.example/' || i, true, 'paper' || i % 5000 || '.example',
    'Title ' || i,
    [], moment, moment, moment, moment, 'en',
    repeat(md5(i::varchar) || ' ' || md5((i + 1)::varchar) || ' ' || md5((i + 2)::varchar) || ' ', 6), 100,
    false, false, 'made', [], md5(i::varchar), hash(i), 1, id, id, 'history'
from (
    select
        i, md5(i::varchar)::uuid as id,
        $end::timestamptz - to_microseconds($gap * ($articles - i)) as moment
    from range($first, $last) as made(i)
)
"""
FINGERPRINTS = """
insert into fingerprints (hash, article_id, ordered_at)
select
    case when j = 0 then hash(-1 - (20000 * random() * random())::bigint) else hash(i * 25 + j) end,
    md5(i::varchar)::uuid, $end::timestamptz - to_microseconds($gap * ($articles - i))
from range($first, $last) as made(i), range(25) as each(j)
"""


def main() -> int:
    """Make each history, measure, print; 1 where a figure is above its ceiling."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--batch", type=int, default=3000)
    parser.add_argument("--per-day", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="keep the histories here, and use those that are here")
    parser.add_argument("--ceiling", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    with _folder(args.folder) as folder:
        histories = [History(folder, articles, args.per_day) for articles in sorted(args.articles)]
        lines = [_in_new_process(history, args.batch) for history in histories]
    totals = {
        "cpu_seconds": max(line["cpu_seconds"] for line in lines),
        "peak_gb": max(line["peak_gb"] for line in lines),
        "ratio": round(lines[-1]["cpu_seconds_same_window"] / lines[0]["cpu_seconds_same_window"], 2),
    }
    for line in (*lines, totals):
        print(json.dumps(line))
    above = [one for one in args.ceiling if totals[one.partition("=")[0]] > float(one.partition("=")[2])]
    if above:
        print("above its ceiling: " + ", ".join(above), file=sys.stderr)
    return 1 if above else 0


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@dataclass(frozen=True, slots=True)
class History:
    """One made history, in a folder of its own."""

    parent: Path
    articles: int
    per_day: int

    @property
    def folder(self) -> Path:
        """Its data folder."""
        return self.parent / f"{self.articles}-{self.per_day}"

    @property
    def span(self) -> timedelta:
        """How long it is."""
        return timedelta(days=self.articles / self.per_day)


def _in_new_process(history: History, size: int) -> dict[str, float]:
    """What `measure` finds in a process of its own, so that its peak of memory is its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        pool.submit(make_history, history).result()
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(measure, history, size).result()


def make_history(history: History) -> None:
    """The tables of a history, if they are not there; half-made ones are made again."""
    settings = settings_for(history.folder, None)
    if (settings.data / "complete").exists():
        return
    shutil.rmtree(settings.data, ignore_errors=True)
    with connect(settings) as connection:
        connection.execute("set threads = 2")
        for first in range(0, history.articles, history.per_day):
            chosen = {
                "first": first,
                "last": min(history.articles, first + history.per_day),
                "articles": history.articles,
                "gap": 86_400_000_000 // history.per_day,
                "end": END,
            }
            connection.execute(ARTICLES, chosen)
            connection.execute(FINGERPRINTS, chosen)
    (settings.data / "complete").touch()


def measure(history: History, size: int) -> dict[str, float]:
    """Load the originals, then a batch of the next day and a later one; the cost of their match steps."""
    settings = settings_for(history.folder, None)
    watch = Stopwatch()
    for step in ("note_texts_before", "match_batch"):
        setattr(load, step, watch.on(getattr(load, step)))
    seed = time.time_ns()
    with connect(settings) as connection, Workers(1, settings.limits) as workers:
        run = Run(settings, connection, workers)
        found: dict[str, float] = {"articles": history.articles, "fingerprints": _count(connection)}
        for name, later in (("cpu_seconds", NEXT), ("cpu_seconds_same_window", LATER)):
            seed += 1
            _load(run, originals(seed, size, history.span))
            watch.seconds = 0.0
            _load(run, made_batch(seed, size, later))
            found[name] = round(watch.seconds, 2)
        found["pairs"] = _pairs(connection)
    found["peak_gb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
    return found


class Stopwatch:
    """Adds up the CPU time of the functions that it is on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def on(self, function: Callable[P, T]) -> Callable[P, T]:
        """The function, its time added up."""

        def timed(*args: P.args, **kwargs: P.kwargs) -> T:
            began = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.process_time() - began

        return timed


def _load(run: Run, items: list[Item]) -> None:
    limits = run.settings.limits.in_loads_of(len(items))
    batches.ingest(items, INFO, replace(run, settings=replace(run.settings, limits=limits)))


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return int((connection.execute("select count(*) from fingerprints").fetchone() or (0,))[0])


def _pairs(connection: duckdb.DuckDBPyConnection) -> int:
    return int((connection.execute("select count(*) from duplicates").fetchone() or (0,))[0])


def originals(seed: int, size: int, history: timedelta) -> list[Item]:
    """The articles that a batch repeats: a tenth of it from the last four days, a twentieth from anywhere."""
    recent, old = size // 10, size // 20
    ago = [timedelta(days=4) * n / recent + timedelta(hours=1) for n in range(recent)]
    ago += [history * n / old for n in range(old)]
    return [_item(seed, n, text(seed, n), END - back, "agency") for n, back in enumerate(ago)]


def made_batch(seed: int, size: int, later: timedelta) -> list[Item]:
    """A batch of so many articles within twenty minutes."""
    recent, old = size // 10, size // 20
    texts = [altered(text(seed, n)) for n in range(recent)]
    texts += [text(seed, n) for n in range(recent, recent + old)]
    texts += [text(seed, n) for n in range(size, size + size - recent - old)]
    step = timedelta(minutes=20) / size
    return [_item(seed, n, body, END + later + n * step, "paper") for n, body in enumerate(texts)]


def text(seed: int, number: int) -> str:
    """A text of 400 words that no other one shares."""
    rng = random.Random(f"{seed} {number}")
    made = ["".join(rng.choices("abdegiklmnoprstu", k=6)) for _ in range(400)]
    return "\n".join(" ".join(made[place : place + 40]) + "." for place in range(0, 400, 40))


def altered(body: str) -> str:
    """The text without its last two paragraphs, under a line of its own."""
    return "\n".join(["This report was shortened.", *body.split("\n")[:-2]])


def _item(seed: int, number: int, body: str, at: datetime, outlet: str) -> Item:
    url = f"https://{outlet}{number % 50}.example/{seed}/{number}"
    row = {"url": url, "title": f"Title {body[:40]}", "text": body, "published_at": at.isoformat()}
    payload = json.dumps(row).encode()
    return Item(
        make_capture(payload, url=url, fetched_at=at, media_type="application/json"), payload, payload
    )


if __name__ == "__main__":
    sys.exit(main())
