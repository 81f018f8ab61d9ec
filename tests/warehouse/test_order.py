"""The tables are a function of the set of captures: not of order, batches or repetition."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.batch import Found, Run, replay
from tests.conftest import fresh_database
from tests.warehouse.corpus import bad_row, page_item, row_item
from tests.warehouse.loading import contents, ledger, load, open_warehouse

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
    first = draw(st.lists(items, min_size=3, max_size=9))
    second = draw(st.permutations(first)) + draw(st.lists(st.sampled_from(first), max_size=3))
    return first, second, draw(st.integers(2, 8)), draw(st.integers(1, 8))


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
    """One big load, then many small loads in another order, then the first again, then a replay.

    A replay takes the batches by name, which is a digest: a third order.
    """
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
            replay(run)
            assert state(run) == expected


def state(run: Run) -> dict[str, list[tuple[Any, ...]]]:
    """All tables and the ledger, as far as they do not depend on the order."""
    return contents(run.connection) | ledger(run.connection)
