"""Matching a batch with history: SQL finds the pairs worth a look, `stories` verifies and groups them.

    sql/match/10, 20    which articles stand for the texts that the batch touches, before and after
    sql/match/30        candidate pairs: they share sampled shingle hashes within the window
    stories.verify      the texts of each pair, compared shingle by shingle
    sql/match/40        the pairs table
    stories.group       pairs -> stories, over the stories that the batch touches
    sql/match/60        story ids

The pairs are a function of the texts, and the groups of the pairs: the order of loading does not show, as
long as the same hashes count as boilerplate and no article has more candidates than are looked at.
"""

import json
from dataclasses import asdict

import duckdb

from pipeline.stories import DEFAULT, Lead, Match, Signed, group, shingle, verify
from pipeline.warehouse.run_sql import has_rows, run_file

CANDIDATES = {
    "window": DEFAULT.window,
    "stories": DEFAULT.stories,
    "stories_of_publisher": DEFAULT.stories_of_publisher,
    "holders": DEFAULT.holders,
    "shared_hashes": DEFAULT.shared_hashes,
    "candidates": DEFAULT.candidates,
}


def note_texts_before(connection: duckdb.DuckDBPyConnection) -> None:
    """Remember which articles stand for the touched texts; runs before the articles change."""
    run_file(connection, "match/10_texts_before.sql")


def match_batch(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `fingerprints` and `duplicates`, give articles their stories; within the caller's transaction."""
    run_file(connection, "match/20_texts_after.sql")
    run_file(connection, "match/30_candidates.sql", CANDIDATES)
    run_file(connection, "match/35_verified.sql", {"pairs": _as_json(_verify(connection))})
    if not any(has_rows(connection, name) for name in ("verified", "exact_pairs", "withdrawn")):
        return
    run_file(connection, "match/40_pairs.sql")
    run_file(connection, "match/50_touched_stories.sql")
    moved = _moved(connection)
    if moved:
        run_file(connection, "match/60_stories.sql", {"moved": json.dumps(moved)})


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
        select article_id::varchar, ordered_at, publisher, wire, text, title
        from articles
        where
            ordered_at
            between (select min(ordered_at) from candidates) and (select max(ordered_at) from candidates)
            and article_id in (select article_id from candidates)
        """
    ).fetchall()
    return {
        article_id: Signed(article_id, at, publisher, *shingle(text, title), wire)
        for article_id, at, publisher, wire, text, title in rows
    }


def _moved(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """The articles whose story changes, each with its new story."""
    rows = connection.execute(
        "select ordered_at, article_id::varchar, story_id::varchar from touched_articles"
    ).fetchall()
    pairs = connection.execute(
        "select article_id::varchar, duplicate_of::varchar from linked_pairs"
    ).fetchall()
    links = (Match(later, earlier, "copy", 0.0, 0.0, links=True) for later, earlier in pairs)
    grouped = group((Lead(at, article_id) for at, article_id, _ in rows), links)
    return [
        {"article_id": article_id, "story_id": grouped[article_id]}
        for _, article_id, before in rows
        if grouped[article_id] != before
    ]


def _as_json(pairs: list[Match]) -> str:
    """The pairs for SQL: DuckDB reads a JSON parameter a hundred times as fast as a list parameter."""
    return json.dumps([asdict(pair) for pair in pairs])
