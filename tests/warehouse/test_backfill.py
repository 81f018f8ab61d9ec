"""A later load never splits a story, whatever it brings of the past, and the groups are those of one load."""

import tempfile
from itertools import count, pairwise
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.records import Item
from pipeline.replay import CapturesAgain, replay
from tests.conftest import fresh_database
from tests.stories.story_texts import story, strange
from tests.warehouse.corpus import START, outlet_row, page_item, printed_item, row_item
from tests.warehouse.loading import groups, load, open_warehouse, state, streamed

Print = tuple[int, int, float]  # subject, form, day
Loads = list[list[Print]]
X, Y = 0, 2  # a text, and a near copy of it
EARLIER_COPY = [[(0, X, 3.0), (0, Y, 9.0)], [(0, X, 1.0)]]


@st.composite
def loads(draw: st.DrawFn) -> Loads:
    """Copies and near copies of two texts over three weeks, in loads that do not follow in time."""
    prints = st.tuples(
        st.sampled_from((0, 0, 0, 1)), st.sampled_from((0, 0, 1, 2, 2, 3)), st.integers(0, 84).map(_day)
    )
    found = draw(st.lists(prints, min_size=3, max_size=12))
    ends = draw(st.sets(st.integers(1, len(found) - 1), min_size=1, max_size=4))
    return [found[first:end] for first, end in pairwise((0, *sorted(ends), len(found)))]


def _day(quarter: int) -> float:
    return quarter / 4


@settings(max_examples=8)
@example(EARLIER_COPY)
@given(loads())
def test_no_load_splits_a_story_and_the_groups_are_those_of_one_load_and_of_the_filter(parts: Loads) -> None:
    assert_nothing_splits(parts, None, None)


@settings(max_examples=2)
@example(EARLIER_COPY)
@given(loads())
def test_nor_does_one_on_postgres(postgres: str, parts: Loads) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        assert_nothing_splits(parts, one, other)


def assert_nothing_splits(parts: Loads, catalog: str | None, other_catalog: str | None) -> None:
    """One load of all; then load by load, each of which may only join stories; then a replay."""
    numbers = count()
    batches = [[printed_item(next(numbers), *one) for one in part] for part in parts]
    rows = [row for part in batches for row in part]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_warehouse(Path(one), catalog) as run:
            load(run, rows)
            expected, stories = state(run), groups(run)
        assert not expected["boilerplate"]
        assert stories == streamed(rows)
        with open_warehouse(Path(other), other_catalog) as run:
            for part in batches:
                before = groups(run)
                load(run, part)
                assert joined_only(before, groups(run))
            assert state(run) == expected
            replay(run, CapturesAgain())
            assert state(run) == expected


def joined_only(before: set[frozenset[str]], after: set[frozenset[str]]) -> bool:
    """Whether those who were in one story are in one still."""
    return all(any(story <= now for now in after) for story in before)


def test_a_backfilled_earlier_copy_takes_over_the_near_copies_of_the_text(tmp_path: Path) -> None:
    """X on day 3, its near copy Y on day 9; then the same text as X on day 1, eight days before Y."""
    with open_warehouse(tmp_path) as run:
        load(run, [printed_item(1, 0, X, 3), printed_item(2, 0, Y, 9)])
        load(run, [printed_item(3, 0, X, 1)])
        pairs = run.connection.execute(
            """
            select a.url, d.relation, o.url
            from duplicates as d, articles as a, articles as o
            where d.article_id = a.article_id and d.duplicate_of = o.article_id
            order by all
            """
        ).fetchall()
        assert len(groups(run)) == 1
    assert pairs == [
        ("https://outlet1.example/1", "exact", "https://outlet3.example/3"),
        ("https://outlet2.example/2", "copy", "https://outlet3.example/3"),
    ]


def test_a_copy_that_is_printed_later_reaches_further(tmp_path: Path) -> None:
    """X on day 0 is nine days before its near copy; the same text on day 3 comes last, and finds it."""
    with open_warehouse(tmp_path) as run:
        load(run, [printed_item(1, 0, X, 0), printed_item(2, 0, Y, 9)])
        assert len(groups(run)) == 2
        load(run, [printed_item(3, 0, X, 3)])
        assert len(groups(run)) == 1


def test_a_copy_in_between_is_near_enough_where_less_is_equal(tmp_path: Path) -> None:
    """Half a text is a copy within two days alone: not of the text on day 0.5, but of that on day 3."""
    part = printed_item(2, 0, 3, 2.75)
    with open_warehouse(tmp_path) as run:
        load(run, [printed_item(1, 0, X, 0.5), part])
        assert len(groups(run)) == 2
        load(run, [printed_item(3, 0, X, 3)])
        assert len(groups(run)) == 1


def test_boilerplate_learnt_since_does_not_undo_the_pairs_of_an_earlier_copy(tmp_path: Path) -> None:
    """Two texts under one notice are a pair until it is known as one; then one comes from day 1 as well."""
    one, other, earlier = noticed_row(1, 3, 61), noticed_row(2, 5, 62), noticed_row(3, 1, 61)
    stories = [noticed_row(number, number / 3, number, strange(number, 1)[:20]) for number in range(10, 20)]
    with open_warehouse(tmp_path) as run:
        load(run, [one, other])
        assert len(groups(run)) == 1
        load(run, stories)
        assert len(groups(run)) == 11
        load(run, [earlier])
        assert len(groups(run)) == 11
    assert len(streamed([*stories, one, other, earlier])) == 12


def noticed_row(number: int, days: float, own: int, title: str | None = None) -> Item:
    """A row with a notice of twelve sentences: most of an untitled one, little of a titled one."""
    notice, text = story(900, 12), story(own, 30 if title else 4)
    body = f"{text}\n{notice}" if title else f"{notice}\n{text}"
    return outlet_row(number, number, {"title": title, "text": body}, days)


def test_an_undated_article_that_was_seen_earlier_stays_with_its_near_copies(tmp_path: Path) -> None:
    """X is first seen two days later than an older capture shows; Y is printed eight days after that."""
    address = "https://one.example/x"
    with open_warehouse(tmp_path) as run:
        load(run, [page_item(address, 0, 48), row_item("https://two.example/y", 0, 1, 300, 200)])
        assert len(groups(run)) == 1
        load(run, [page_item(address, 0, 0)])
        assert run.connection.execute("select min(ordered_at) from articles").fetchall() == [(START,)]
        assert len(groups(run)) == 1
