"""Near-duplicate detection side by side: Newsflow and the MinHash tools, same documents, same run.

    python benchmarks/stories.py DOCS.jsonl[.gz] PAIRS.jsonl[.gz] [--threshold 0.5] [--floor f1=0.97]

DOCS rows: {"id", "title", "text", "published"}. PAIRS rows: {"a", "b", "label": "pos" | "grey" | "neg"};
a pair that is not listed is negative; a grey one counts neither way, nor does one that gold links through
others only.

Every system sees the documents in input order and joins each to the stories of what came before. The peers
get the same words in 4-grams, 128 permutations, their own index, and a check of what it finds by estimated
similarity; a peer that is not installed says so. Prints one JSON line for each system: precision, recall and
F1 over pairs in one story, the largest story, documents per CPU second (reading left out), and its share of
Newsflow's speed. `--floor name=value` holds Newsflow's line to a least value and exits with 1 below it.
"""

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from pipeline.stories import Lead, Stories, find_duplicates
from pipeline.stories.words import words

Row = dict[str, str | None]
Pair = tuple[str, str]
System = Callable[[list[Row], float], Iterator[str]]
PERMUTATIONS = 128
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def newsflow(rows: list[Row], _threshold: float) -> Iterator[str]:
    """The story of each row, by Newsflow."""
    return (found.story_id for found in find_duplicates(rows))


def datasketch(rows: list[Row], threshold: float) -> Iterator[str]:
    """The story of each row, by datasketch's MinHash LSH."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    signatures: list[MinHash] = []
    stories = Stories()
    for place, row in enumerate(rows):
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([gram.encode() for gram in grams(row)])
        similar = [
            found for found in index.query(signature) if signatures[found].jaccard(signature) >= threshold
        ]
        yield join(stories, rows, place, similar)
        index.insert(place, signature)
        signatures.append(signature)


def rensa(rows: list[Row], threshold: float) -> Iterator[str]:
    """The story of each row, by rensa's RMinHash LSH."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, num_bands=32)
    signatures: list[RMinHash] = []
    stories = Stories()
    for place, row in enumerate(rows):
        signature = RMinHash(num_perm=PERMUTATIONS, seed=42)
        signature.update(list(grams(row)))
        similar = [
            found for found in index.query(signature) if signatures[found].jaccard(signature) >= threshold
        ]
        yield join(stories, rows, place, similar)
        index.insert(place, signature)
        signatures.append(signature)


SYSTEMS: dict[str, System] = {"newsflow": newsflow, "datasketch": datasketch, "rensa": rensa}


def grams(row: Row) -> set[str]:
    """The distinct word 4-grams of a row; all its words where there are fewer."""
    found = words(row["text"] or "")
    return {" ".join(found[place : place + 4]) for place in range(max(1, len(found) - 3))}


def join(stories: Stories, rows: list[Row], place: int, similar: list[int]) -> str:
    """Add a row to the story of the earlier rows it is similar to; the name of the story."""
    name = str(rows[place]["id"])
    stories.add(Lead(SOME_TIME, name))
    for found in similar:
        stories.join(name, str(rows[found]["id"]))
    return stories.root(name)


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSON lines file, compressed or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def score(rows: list[Row], stories: list[str], labels: dict[Pair, str]) -> dict[str, float]:
    """Precision, recall and F1 over the pairs in one story."""
    positive = {pair for pair, label in labels.items() if label == "pos"}
    linked = Stories()
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for row, story_id in zip(rows, stories, strict=True):
        linked.add(Lead(SOME_TIME, str(row["id"])))
        groups[story_id].append(str(row["id"]))
    for pair in positive:
        linked.join(*pair)
    found = {ordered(*pair) for group in groups.values() for pair in combinations(group, 2)}
    hits = found & positive
    wrong = {
        pair
        for pair in found - positive
        if labels.get(pair) != "grey" and linked.root(pair[0]) != linked.root(pair[1])
    }
    return figures(len(hits), len(wrong), len(positive)) | {
        "largest_story": max(Counter(stories).values(), default=0)
    }


def figures(hits: int, wrong: int, positive: int) -> dict[str, float]:
    """Precision, recall and their harmonic mean."""
    precision = hits / (hits + wrong) if hits + wrong else 0.0
    recall = hits / positive if positive else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def ordered(one: str, other: str) -> Pair:
    """A pair, whichever way round it was named."""
    return (one, other) if one <= other else (other, one)


def run(name: str, rows: list[Row], labels: dict[Pair, str], threshold: float) -> dict[str, object]:
    """One system over all rows: its figures, or that it is absent."""
    start = time.process_time()
    try:
        stories = list(SYSTEMS[name](rows, threshold))
    except ImportError:
        return {"system": name, "absent": f"not installed; pip install {name}"}
    seconds = time.process_time() - start
    return (
        {"system": name, "docs": len(rows)}
        | score(rows, stories, labels)
        | {"docs_per_cpu_second": round(len(rows) / seconds, 1)}
    )


def main() -> int:
    """Run all systems; 1 where Newsflow falls below a floor."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("docs", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--threshold", type=float, default=0.5, help="the peers' least Jaccard similarity")
    parser.add_argument("--floor", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    rows = read_rows(args.docs)
    labels = {ordered(str(row["a"]), str(row["b"])): str(row["label"]) for row in read_rows(args.pairs)}
    lines = {name: run(name, rows, labels, args.threshold) for name in SYSTEMS}
    ours = lines["newsflow"]
    for line in lines.values():
        if "absent" not in line:
            line["of_newsflows_speed"] = round(
                float(str(line["docs_per_cpu_second"])) / float(str(ours["docs_per_cpu_second"])), 2
            )
        print(json.dumps(line))
    short = [floor for floor in args.floor if not _holds(ours, floor)]
    if short:
        print("falls short of: " + ", ".join(short), file=sys.stderr)
    return 1 if short else 0


def _holds(line: dict[str, object], floor: str) -> bool:
    name, least = floor.split("=")
    return float(str(line[name])) >= float(least)


if __name__ == "__main__":
    sys.exit(main())
