"""A later load never splits a story, whatever it brings of the past, and the groups are those of one load."""

import tempfile
from itertools import count, pairwise
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.batch import replay
from tests.conftest import fresh_database
from tests.warehouse.corpus import printed_item
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
            replay(run)
            assert state(run) == expected


def joined_only(before: set[frozenset[str]], after: set[frozenset[str]]) -> bool:
    """Whether those who were in one story are in one still."""
    return all(any(story <= now for now in after) for story in before)


def test_a_backfilled_earlier_copy_takes_over_the_near_copies_of_the_text(tmp_path: Path) -> None:
    """X on day 3, its near copy Y on day 9; then the same text as X on day 1, more than seven days before Y."""
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
