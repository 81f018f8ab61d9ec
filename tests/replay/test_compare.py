"""What a replay would change is told in counts and examples, and is what it then changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.batch import Run
from pipeline.replay import CapturesAgain, QuotesAgain, StoriesAgain, compare, replay
from pipeline.warehouse.compare import Comparison, Example
from pipeline.warehouse.sql_files import read_sql
from tests.replay.made import Between, Changed, all_stages, otherwise, shouted, state, with_workers
from tests.warehouse.corpus import noticed_item, page_item, row_item
from tests.warehouse.loading import load, open_warehouse

# Keys, digests of other columns, and what stories and loads are told from.
NOT_COMPARED = {"article_id", "content_hash", "text_hash", "ordered_at", "story_id", "batch_id"}
ITEMS = [
    *(row_item(f"https://paper{n}.example/{n}", n % 6, n % 3, n, n) for n in range(24)),
    *(page_item("https://one.example/p", form, form * 9) for form in range(3)),
]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with open_warehouse(tmp_path) as opened:
        load(opened, ITEMS, 9)
        yield opened


def counts(found: Comparison | None) -> dict[tuple[str, str], int]:
    assert found is not None
    return {(change.topic, change.change): change.count for change in found.changes}


def ask(run: Run, query: str) -> list[tuple[object, ...]]:
    return run.connection.execute(query).fetchall()


def test_every_column_of_an_article_is_compared(run: Run) -> None:
    columns = {str(row[0]) for row in ask(run, "describe articles")} - NOT_COMPARED
    compared = read_sql("compare/articles.sql")
    assert {name for name in columns if f"'name': '{name}'" not in compared} == set()


CONTENTS = "select article_id::varchar, (title, text, publisher)::varchar from articles"


def by_first(rows: list[tuple[object, ...]]) -> dict[object, object]:
    """The second column by the first."""
    return {row[0]: row[1] for row in rows}


def test_what_other_code_would_change_is_what_it_changes(run: Run) -> None:
    other = with_workers(run, Changed(otherwise))
    before = state(run)
    found = compare(other, CapturesAgain())
    assert found is not None
    assert state(run) == before
    articles = by_first(ask(run, CONTENTS))
    rejects = by_first(ask(run, "select reason, count(*) from rejects group by reason"))
    assert replay(other, CapturesAgain())
    after = by_first(ask(run, CONTENTS))
    told = counts(found)
    assert told["articles", "vanishes"] == len(articles.keys() - after.keys()) > 0
    assert told["articles", "appears"] == len(after.keys() - articles.keys()) > 0
    assert told["articles", "publisher changes"] > 0
    assert told["articles", "authors changes"] > 0
    assert told["articles", "text changes"] > 0
    assert rejects == {}
    assert found.rejects == (("no_article", 0, len(ask(run, "from rejects"))),)
    (vanished,) = [change for change in found.changes if change.change == "vanishes"]
    assert len(vanished.examples) == 3
    fates = {(example.after or "").split(" ")[0] for example in vanished.examples}
    assert fates <= {"rejected:", "now"}


def test_an_example_begins_shortly_before_the_difference(run: Run) -> None:
    run.connection.execute("update articles set text = text || '\nThe end of it.' where url like '%paper3.%'")
    found = compare(run, CapturesAgain())
    assert counts(found) == {("articles", "text changes"): 1}
    assert found is not None
    (example,) = found.changes[0].examples
    assert example.url == "https://paper3.example/3"
    assert example.before is not None
    assert example.after is not None
    assert example.before.startswith("…")
    assert example.before.endswith("\nThe end of it.")
    assert example.before[: len(example.after)] == example.after
    assert 10 < len(example.after) < 40


def test_quotes_that_come_go_and_are_said_by_others(run: Run) -> None:
    (added, gone, other) = [str(row[0]) for row in ask(run, "select quote_id from quotes order by 1 limit 3")]
    run.connection.execute("delete from quotes where quote_id = ?", [added])
    run.connection.execute("update quotes set text = 'It is over.' where quote_id = ?", [gone])
    run.connection.execute("update quotes set speaker = null, cue = 'shouted' where quote_id = ?", [other])
    kinds = {"added": 2, "removed": 1, "speaker changes": 1, "cue changes": 1}
    for stage in (QuotesAgain(), CapturesAgain()):
        found = compare(run, stage)
        assert counts(found) == {("quotes", kind): count for kind, count in kinds.items()}
        assert found is not None
        (speaker,) = [change for change in found.changes if change.change == "speaker changes"]
        (example,) = speaker.examples
        assert (example.before or "").endswith(": none")
        assert (example.after or "").endswith(": Ruth Calder")


def test_the_same_words_twice_are_two_quotes(run: Run) -> None:
    run.connection.execute(
        """
        insert into quotes by name
        select * replace (uuid() as quote_id, ordinal + 1 as ordinal, 'Nobody' as speaker) from quotes limit 1
        """
    )
    assert counts(compare(run, QuotesAgain())) == {("quotes", "removed"): 1}


def test_stories_that_are_split_and_merged_and_their_pairs(run: Run) -> None:
    stories = ask(run, "select story_id from articles group by 1 having count(*) > 1 order by 1")
    one, other, third = [str(row[0]) for row in stories[:3]]
    moved = len(ask(run, f"from articles where story_id = '{other}'"))
    run.connection.execute("update articles set story_id = ? where story_id = ?", [one, other])
    run.connection.execute(
        "update articles set story_id = article_id where article_id = "
        "(select max(article_id) from articles where story_id = $1 and article_id != $1)",
        [third],
    )
    first, *_, last = [str(row[0]) for row in ask(run, "select article_id from duplicates order by 1")]
    run.connection.execute("delete from duplicates where article_id = ?", [first])
    run.connection.execute("update duplicates set relation = 'update' where article_id = ?", [last])
    removed = counts(compare(run, StoriesAgain()))
    assert removed["stories", "split"] == 1
    assert removed["stories", "merged"] == 1
    assert removed["stories", "story changes"] == moved + 1
    assert removed["pairs", "added"] >= 1
    assert removed["pairs", "relation changes"] >= 1
    assert set(removed) <= set(counts(compare(run, CapturesAgain())))
    assert replay(run, StoriesAgain())
    assert counts(compare(run, CapturesAgain())) == {}


def test_an_article_whose_quotes_fail_keeps_them(run: Run) -> None:
    before = set(ask(run, "select article_id, quote_id, speaker from quotes"))
    run.connection.execute("update articles set text = text || repeat(' and so on', 200) where url like '%1'")
    long = ask(run, "select article_id from articles where length(text) > 1400")
    made = QuotesAgain()
    assert replay(with_workers(run, Changed(quoter=shouted)), made)
    assert made.kept == len(long) > 0
    after = set(ask(run, "select article_id, quote_id, speaker from quotes"))
    kept = {row for row in before if (row[0],) in long}
    assert kept
    assert kept <= after
    assert {row[2] for row in after - kept} == {"Ann Other"}


@pytest.mark.parametrize("stage", range(len(all_stages(0))))
def test_what_is_loaded_meanwhile_is_no_change(tmp_path: Path, stage: int) -> None:
    with open_warehouse(tmp_path) as run:
        load(run, ITEMS[:12], 5)

        def meanwhile() -> None:
            with open_warehouse(tmp_path) as beside:
                load(beside, ITEMS[12:], 5)
                load(beside, [noticed_item(n % 3, n, n % 4, n) for n in range(9)], 5)

        found = compare(with_workers(run, Between(2, meanwhile)), all_stages(0)[stage])
        assert found is not None
        assert found.is_empty, found
        assert len(ask(run, "from articles")) == 34


def test_examples_name_articles_that_are_new(run: Run) -> None:
    article_id = str(ask(run, "select article_id from articles where url like '%paper5.%'")[0][0])
    run.connection.execute("delete from articles where article_id = ?", [article_id])
    found = compare(run, CapturesAgain())
    assert found is not None
    (appears,) = [change for change in found.changes if change.change == "appears"]
    assert appears.examples == (
        Example(article_id, "https://paper5.example/5", None, "The railway agreement"),
    )
