"""The tables are a function of the set of captures: not of order, batches or repetition."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.batch import Found
from tests.conftest import fresh_database
from tests.warehouse.corpus import bad_row, page_item, row_item
from tests.warehouse.loading import contents, load, open_warehouse

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
    first = draw(st.lists(items, min_size=1, max_size=8))
    second = draw(st.permutations(first)) + draw(st.lists(st.sampled_from(first), max_size=3))
    return first, second, draw(st.integers(2, 8)), draw(st.integers(2, 8))


Ways = tuple[list[Found], list[Found], int, int]


@settings(max_examples=15)
@given(two_ways())
def test_order_batches_and_repetition_do_not_show(ways: Ways) -> None:
    assert_equal_tables(ways, None, None)


@settings(max_examples=4)
@given(two_ways())
def test_nor_do_they_on_postgres(postgres: str, ways: Ways) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        assert_equal_tables(ways, one, other)


def assert_equal_tables(ways: Ways, catalog: str | None, other_catalog: str | None) -> None:
    first, second, size, other_size = ways
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_warehouse(Path(one), catalog) as run:
            load(run, first, size)
            expected = contents(run.connection)
        with open_warehouse(Path(other), other_catalog) as run:
            load(run, second, other_size)
            assert contents(run.connection) == expected
            load(run, first, size)
            assert contents(run.connection) == expected
