"""The tables are a function of the set of captures: not of order, batches or repetition."""

import json
import random
import tempfile
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.portions import Found
from pipeline.records import Item
from pipeline.replay import CapturesAgain, replay
from pipeline.stories import DEFAULT
from tests.conftest import fresh_database
from tests.warehouse.corpus import bad_row, noticed_item, page_item, row_item
from tests.warehouse.loading import groups, load, open_warehouse, state, streamed

ADDRESSES = (
    None,
    "https://one.example/a",
    "https://www.one.example/a/?utm_source=x",
    "https://one.example/a/amp",
    "https://one.example/b",
    "https://two.example/a",
    "https://three.example/c",
)
items = st.one_of(
    st.builds(
        row_item,
        st.sampled_from(ADDRESSES),
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(0, 300),
        st.none() | st.integers(-200, 200),
    ),
    st.builds(
        page_item,
        st.sampled_from(["https://one.example/p", "https://one.example/p/amp"]),
        st.integers(0, 3),
        st.integers(0, 300),
    ),
    st.builds(bad_row, st.integers(1, 3)),
)


@st.composite
def two_ways(draw: st.DrawFn) -> tuple[list[Found], list[Found], int, int]:
    """The same items in two orders, cut into batches of two sizes; the second way repeats some."""
    first = draw(st.lists(items, min_size=3, max_size=9).filter(lambda found: not is_seen_apart(found)))
    second = draw(st.permutations(first)) + draw(st.lists(st.sampled_from(first), max_size=3))
    return first, second, draw(st.integers(2, 8)), draw(st.integers(1, 8))


def is_seen_apart(found: list[Found]) -> bool:
    """Whether an undated article was near another one when it was seen again, and not when it was first seen.

    A load that does not know of the first time pairs them, and no later load splits a story, so that there
    the order shows (docs/stories.md); tests/warehouse/test_backfill.py has that case.
    """
    printed = [one for one in map(address_and_times, found) if one is not None]
    undated: dict[str, set[datetime]] = {}
    for address, fetched_at, published_at in printed:
        if published_at is None:
            undated.setdefault(address, set()).add(fetched_at)
    others = [published_at or fetched_at for _, fetched_at, published_at in printed]
    return any(
        abs(other - again) <= DEFAULT.window < abs(other - min(times))
        for times in undated.values()
        for again in times
        for other in others
    )


def address_and_times(found: Found) -> tuple[str, datetime, datetime | None] | None:
    """Which article an item shows (its several addresses start alike), when it was fetched and published."""
    if not isinstance(found, Item):
        return None
    row = json.loads(found.payload) if found.capture.media_type == "application/json" else {}
    parts = (found.capture.url or "https://none/none").split("/")
    published = row.get("published_at")
    return (
        f"{parts[2].removeprefix('www.')}/{parts[3]}",
        found.capture.fetched_at,
        datetime.fromisoformat(published) if published else None,
    )


Ways = tuple[list[Found], list[Found], int, int]


@settings(max_examples=4)
@given(two_ways())
def test_order_batches_repetition_and_replay_do_not_show(ways: Ways) -> None:
    assert_equal_tables(ways, None, None)


@settings(max_examples=2)
@given(two_ways())
def test_nor_do_they_on_postgres(postgres: str, ways: Ways) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        assert_equal_tables(ways, one, other)


def assert_equal_tables(ways: Ways, catalog: str | None, other_catalog: str | None) -> None:
    """One big load, then many small loads in another order, then the first again, then a replay."""
    first, second, size, other_size = ways
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_warehouse(Path(one), catalog) as run:
            load(run, first)
            expected = state(run)
        with open_warehouse(Path(other), other_catalog) as run:
            load(run, second, other_size)
            assert state(run) == expected
            load(run, first, size)
            assert state(run) == expected
            replay(run, CapturesAgain())
            assert state(run) == expected


Row = tuple[int, int, int, int]  # outlet, subject, form, hours
Flood = tuple[list[list[Row]], random.Random]


@st.composite
def flood(draw: st.DrawFn) -> Flood:
    """Articles of some outlets with their outlets' notices, in parts that follow in time."""
    count = draw(st.integers(8, 20))
    cuts = draw(st.sets(st.integers(1, count - 1), min_size=1, max_size=4))
    hours = draw(st.lists(st.integers(0, 300), min_size=count, max_size=count, unique=True))
    row = st.tuples(
        st.sampled_from((0, 0, 0, 1, 1, 2, 3)), st.integers(0, 11), st.sampled_from((0, 0, 0, 1, 2, 3))
    )
    rows = [(*draw(row), hour) for hour in sorted(hours)]
    parts = [rows[first:end] for first, end in pairwise((0, *sorted(cuts), count))]
    return parts, draw(st.randoms(use_true_random=False))


@settings(max_examples=5)
@given(flood())
def test_boilerplate_that_first_comes_within_a_load_counts_the_same_however_it_is_cut(parts: Flood) -> None:
    assert_cuts_do_not_show(parts, None, None)


@settings(max_examples=1)
@given(flood())
def test_nor_does_a_cut_show_on_postgres(postgres: str, parts: Flood) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        assert_cuts_do_not_show(parts, one, other)


def assert_cuts_do_not_show(flooded: Flood, catalog: str | None, other_catalog: str | None) -> None:
    """One big load in any order; then many small loads in order of time, each in any order; then a replay."""
    parts, chance = [[noticed_item(*row) for row in part] for part in flooded[0]], flooded[1]
    rows = [row for part in parts for row in part]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_warehouse(Path(one), catalog) as run:
            load(run, chance.sample(rows, len(rows)))
            expected = state(run)
            assert groups(run) == streamed(rows)
        with open_warehouse(Path(other), other_catalog) as run:
            for part in parts:
                load(run, chance.sample(part, len(part)))
            assert state(run) == expected
            replay(run, CapturesAgain())
            assert state(run) == expected
