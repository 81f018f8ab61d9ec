"""The view `story_copies`: what of the lead each copy has, told for one story without reading the others."""

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect

pytestmark = pytest.mark.alone
ARTICLES = """
insert into articles by name
select
    made.article_id, made.story_id, made.text, true as is_canonical_url, 'A headline' as title,
    []::varchar[] as authors, timestamptz '2026-03-01 08:00:00+00' as fetched_at, fetched_at as first_seen_at,
    fetched_at as ordered_at, 1 as word_count, false as is_paywalled, false as is_truncated,
    'test' as extractor, []::varchar[] as notes, '' as content_hash, 1 as revision,
    made.article_id as capture_id, '' as batch_id
from ({made}) as made
"""
STORIES = """
select
    md5(s || '-' || copy)::uuid as article_id,
    md5(s || '-0')::uuid as story_id,
    string_agg(md5((s * 400 + w)::varchar), ' ') as text
from range(400) as stories(s), range(5) as copies(copy), range(400) as words(w)
group by s, copy
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(settings_for(tmp_path)) as connection:
        yield connection


def print_story(connection: duckdb.DuckDBPyConnection, *texts: str) -> None:
    """A story of these texts, the first of which leads it."""
    made = """
    select printed.article_id::uuid as article_id, md5('0')::uuid as story_id, printed.text
    from (select md5((nth - 1)::varchar) as article_id, texts[nth] as text
          from (select $texts as texts), range(1, len($texts) + 1) as numbers(nth)) as printed
    """
    connection.execute(ARTICLES.format(made=made), {"texts": list(texts)})


@pytest.mark.parametrize(
    ("lead", "copy", "kept", "added", "numbers"),
    [
        ("one two three four", "one two three four", 1, 0, []),
        ("Rain, rain, rain and wind", "rain and RAIN", 0.6, 0, []),
        ("wind", "rain rain rain wind", 1, 0.75, []),
        ("the figure is 12", "the figure is 9 or 1,200.5 or 9", 0.75, 0.625, ["1,200.5", "9"]),
        ("東京で雨", "東京で雪", 0.75, 0.25, []),
        ("rain", "...", 0, 0, []),
    ],
)
def test_words_are_compared_as_bags(
    connection: duckdb.DuckDBPyConnection, lead: str, copy: str, kept: float, added: float, numbers: list[str]
) -> None:
    print_story(connection, lead, copy)
    found = connection.execute(
        "select is_lead, words_kept, words_added, numbers_added from story_copies order by is_lead desc"
    ).fetchall()
    assert found == [(True, 1, 0, []), (False, kept, added, numbers)]


def test_a_query_for_one_story_does_not_compare_the_texts_of_the_others(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(ARTICLES.format(made=STORIES))
    seconds = {}
    for of, count in (("where story_id = md5('7-0')::uuid", 5), ("", 2000)):
        began = time.process_time()
        rows = connection.execute(f"select * from story_copies {of}").fetchall()
        seconds[count] = time.process_time() - began
        assert len(rows) == count
    assert seconds[5] < seconds[2000] / 5, seconds
