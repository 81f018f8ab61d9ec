"""Matching a batch with history: SQL finds the pairs worth a look, `stories` verifies and groups them.

    sql/match/10, 20    which articles stand for the texts that the batch touches, before and after
    sql/match/30        candidate pairs: they share sampled shingle hashes within the window
    stories.verify      the texts of each pair, compared shingle by shingle
    sql/match/40        the pairs table
    stories.group       pairs -> stories, over the stories that the batch touches
    sql/match/60        story ids

The pairs are a function of the texts, and the groups of the pairs: the order of loading does not show, as
long as the hashes that count as boilerplate are the same and no article has more candidates than are looked at.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipeline.stories import DEFAULT, Lead, Match, Signed, group, shingle, verify
from pipeline.warehouse.run_sql import run_file

VERIFIED = pa.schema(
    [
        ("article_id", pa.string()),
        ("duplicate_of", pa.string()),
        ("relation", pa.string()),
        ("similarity", pa.float64()),
        ("containment", pa.float64()),
        ("links", pa.bool_()),
    ]
)
GROUPED = pa.schema([("article_id", pa.string()), ("story_id", pa.string())])
CANDIDATES = {
    "window": DEFAULT.window,
    "stories": DEFAULT.stories,
    "shared_hashes": DEFAULT.shared_hashes,
    "candidates": DEFAULT.candidates,
}


def note_texts_before(connection: duckdb.DuckDBPyConnection) -> None:
    """Remember which articles stand for the touched texts; runs before the articles change."""
    run_file(connection, "match/10_texts_before.sql")


def match_batch(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `fingerprints` and `duplicates` and give the articles their stories, within the caller's transaction."""
    run_file(connection, "match/20_texts_after.sql")
    run_file(connection, "match/30_candidates.sql", CANDIDATES)
    _store(connection, "verified", VERIFIED, [_pair_row(pair) for pair in _verify(connection)])
    run_file(connection, "match/40_pairs.sql")
    run_file(connection, "match/50_touched_stories.sql")
    _store(connection, "grouped", GROUPED, list(_group(connection).items()))
    run_file(connection, "match/60_stories.sql")


def _verify(connection: duckdb.DuckDBPyConnection) -> list[Match]:
    """The verified near pairs among the candidates; equal texts are paired in SQL."""
    pairs = connection.execute("select one_id::varchar, other_id::varchar from candidate_pairs").fetchall()
    if not pairs:
        return []
    common = {row[0] for row in connection.execute("select hash from common_hashes").fetchall()}
    signed = _sign_candidates(connection)
    matches = (verify(signed[one], signed[other], common) for one, other in pairs)
    return [match for match in matches if match is not None and match.relation != "exact"]


def _sign_candidates(connection: duckdb.DuckDBPyConnection) -> dict[str, Signed]:
    rows = connection.execute(
        """
        select article_id::varchar, ordered_at, publisher, text, title
        from articles
        where article_id in (select one_id from candidate_pairs union select other_id from candidate_pairs)
        """
    ).fetchall()
    return {
        article_id: Signed(article_id, at, publisher, *shingle(text, title))
        for article_id, at, publisher, text, title in rows
    }


def _group(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    articles = connection.execute("select ordered_at, article_id::varchar from touched_articles").fetchall()
    pairs = connection.execute(
        "select article_id::varchar, duplicate_of::varchar from linked_pairs"
    ).fetchall()
    links = (Match(later, earlier, "copy", 0.0, 0.0, links=True) for later, earlier in pairs)
    return group((Lead(at, article_id) for at, article_id in articles), links)


def _pair_row(pair: Match) -> tuple[object, ...]:
    return (
        pair.article_id,
        pair.duplicate_of,
        pair.relation,
        pair.similarity,
        pair.containment,
        pair.links,
    )


def _store(
    connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, rows: Sequence[tuple[object, ...]]
) -> None:
    """Hand rows to SQL as a temporary table; columns named *_id and duplicate_of are UUIDs."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    connection.register("handed_over", pa.table(arrays, schema=schema))
    ids = [field.name for field in schema if field.name.endswith("_id") or field.name == "duplicate_of"]
    casts = ", ".join(f"{name}::uuid as {name}" for name in ids)
    connection.execute(f"create or replace temp table {name} as select * replace ({casts}) from handed_over")
    connection.unregister("handed_over")
