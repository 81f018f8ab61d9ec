"""What a replay would change: the tables beside against the tables, one SQL file of `sql/compare` a topic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

import duckdb

from pipeline.warehouse.run_sql import run_file
from pipeline.warehouse.sql_files import read_sql

# What each stage of a replay makes.
TOPICS = {
    "clean": ("articles", "quotes", "stories", "pairs"),
    "quotes": ("quotes",),
    "stories": ("stories", "pairs"),
}
SHOWN, SHOWN_BEFORE = 120, 20  # characters of a value, of these before the first difference


@dataclass(frozen=True, slots=True)
class Example:
    """One article that changes: what it had, and what it would have; values are cut to where they differ."""

    article_id: str
    url: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change: of what (articles, quotes, stories, pairs), which, how many, and a few of them."""

    topic: str
    change: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All kinds of changes that occur, and the reasons whose number of rejects differs (before, after)."""

    changes: tuple[Change, ...]
    rejects: tuple[tuple[str, int, int], ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        return not self.changes and not self.rejects


def compare_tables(connection: duckdb.DuckDBPyConnection, stage: str) -> Comparison:
    """Compare what a stage made beside with what there is; the caller holds both still."""
    changes = tuple(change for topic in TOPICS[stage] for change in _changes(connection, topic))
    rejects = connection.execute(read_sql("compare/rejects.sql")).fetchall() if stage == "clean" else []
    return Comparison(changes, tuple(rejects))


def _changes(connection: duckdb.DuckDBPyConnection, topic: str) -> Iterator[Change]:
    run_file(connection, f"compare/{topic}.sql")
    for change, count, examples in connection.execute(read_sql("compare/examples.sql")).fetchall():
        yield Change(topic, change, count, tuple(map(_example, examples)))


def _example(row: Mapping[str, str | None]) -> Example:
    before, after = row["before"], row["after"]
    begin = max(0, _common(before, after) - SHOWN_BEFORE)
    return Example(str(row["article_id"]), row["url"], _cut(before, begin), _cut(after, begin))


def _common(before: str | None, after: str | None) -> int:
    """How many first characters two values have in common; 0 where one is missing."""
    if before is None or after is None:
        return 0
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def _cut(value: str | None, begin: int) -> str | None:
    if value is None or (begin == 0 and len(value) <= SHOWN):
        return value
    end = begin + SHOWN
    return f"{'…' if begin else ''}{value[begin:end]}{'…' if end < len(value) else ''}"
