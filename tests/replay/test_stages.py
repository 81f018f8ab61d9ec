"""A replay with the same code changes nothing; with other code, a part gives what the whole would."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.batch import Run
from pipeline.replay import CapturesAgain, CapturesSince, compare, replay
from pipeline.warehouse.check import run_checks
from tests.conftest import fresh_database
from tests.replay.made import Between, Changed, State, all_stages, hour, otherwise, state, with_workers
from tests.warehouse.corpus import noticed_item
from tests.warehouse.loading import VOLATILE, load, open_warehouse
from tests.warehouse.test_order import Flood, Ways, flood, two_ways

STAGES = len(all_stages(0))
hours = st.integers(0, 300)
moments = st.tuples(st.integers(1, 3), st.integers(0, STAGES - 1))  # before which item, in which stage


@settings(max_examples=1)
@given(two_ways(), hours)
def test_the_same_code_changes_nothing(ways: Ways, at: int) -> None:
    assert_nothing_changes(ways, at, None)


@settings(max_examples=1)
@given(two_ways(), hours)
def test_nor_does_it_on_postgres(postgres: str, ways: Ways, at: int) -> None:
    with fresh_database(postgres) as catalog:
        assert_nothing_changes(ways, at, catalog)


def assert_nothing_changes(ways: Ways, at: int, catalog: str | None) -> None:
    """Revisions, several addresses, refusals: in small loads, each stage in turn, first compared."""
    _, second, _, size = ways
    with tempfile.TemporaryDirectory() as folder, open_warehouse(Path(folder), catalog) as run:
        load(run, second, size)
        before = state(run)
        for stage in range(STAGES):
            assert_nothing_would_change(run, at, stage)
            assert replay(run, all_stages(at)[stage])
            assert state(run) == before
        assert_checks_hold(run)


def assert_nothing_would_change(run: Run, at: int, stage: int) -> None:
    before = state(run)
    found = compare(run, all_stages(at)[stage])
    assert found is not None
    assert found.is_empty, found
    assert state(run) == before


@settings(max_examples=1)
@given(flood(), hours)
def test_boilerplate_is_learnt_again_in_the_order_of_loads(parts: Flood, at: int) -> None:
    """The parts are loaded in any order, so that what is boilerplate depends on it."""
    shuffled = parts[1].sample(parts[0], len(parts[0]))
    with tempfile.TemporaryDirectory() as folder, open_warehouse(Path(folder)) as run:
        for part in shuffled:
            load(run, [noticed_item(*row) for row in part])
        before = state(run)
        for stage in range(STAGES):
            assert_nothing_would_change(run, at, stage)
            assert replay(run, all_stages(at)[stage])
            assert state(run) == before


@settings(max_examples=2)
@given(two_ways(), hours)
def test_a_part_by_other_code_is_that_part_of_the_whole(ways: Ways, at: int) -> None:
    assert_parts_of_the_whole(ways, at, None, None)


@settings(max_examples=1)
@given(two_ways(), hours)
def test_and_so_it_is_on_postgres(postgres: str, ways: Ways, at: int) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        assert_parts_of_the_whole(ways, at, one, other)


def assert_parts_of_the_whole(ways: Ways, at: int, catalog: str | None, other_catalog: str | None) -> None:
    """Since some hour: what was captured then is as in the whole replay. Since the first: all of it is."""
    first, _, size, _ = ways
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_warehouse(Path(one), catalog) as run:
            load(run, first, size)
            before = state(run)
            assert replay(with_workers(run, Changed(otherwise)), CapturesAgain())
            whole = state(run)
        with open_warehouse(Path(other), other_catalog) as run:
            load(run, first, size)
            assert replay(with_workers(run, Changed(otherwise)), CapturesSince(hour(at)))
            assert_checks_hold(run)
            assert_each_row_is_old_or_new(run, before, whole, at)
            assert replay(with_workers(run, Changed(otherwise)), CapturesSince(hour(-300)))
            assert state(run) == whole
            assert_checks_hold(run)
            assert replay(run, CapturesSince(hour(-300)))
            assert state(run) == before


def assert_each_row_is_old_or_new(run: Run, before: State, whole: State, at: int) -> None:
    """Articles with a capture since then are as in the whole, but for stories; others as before or there."""
    rows = run.connection.execute("select article_id from captures where fetched_at >= ?", [hour(at)])
    touched = {article_id for (article_id,) in rows.fetchall()}
    now = state(run)
    for table in ("articles", "article_revisions", "quotes"):
        names = [row[0] for row in run.connection.execute(f"describe {table}").fetchall()]
        kept = [name for name in names if name not in VOLATILE - {"fetched_at"}]
        old, new, made = (as_rows(kept, one[table]) for one in (before, whole, now))
        assert all(row in old | new for row in made)
        assert all(row in new for row in made if row[0] in touched)
        assert all(row in made for row in new if row[0] in touched)


def as_rows(names: list[str], rows: list[tuple[Any, ...]]) -> set[tuple[Any, str]]:
    """Each row by its article, without its story."""
    named = [dict(zip(names, row, strict=True)) for row in rows]
    return {(row["article_id"], repr({**row, "story_id": None})) for row in named}


def assert_checks_hold(run: Run) -> None:
    assert [one for one in run_checks(run.settings) if one.offenders] == []


@settings(max_examples=5)
@given(two_ways(), hours, moments)
def test_what_is_loaded_meanwhile_is_taken_along(ways: Ways, at: int, when: tuple[int, int]) -> None:
    assert_taken_along(ways, at, when, None, None)


@settings(max_examples=2)
@given(two_ways(), hours, moments)
def test_so_it_is_on_postgres(postgres: str, ways: Ways, at: int, when: tuple[int, int]) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        assert_taken_along(ways, at, when, one, other)


def assert_taken_along(
    ways: Ways, at: int, when: tuple[int, int], catalog: str | None, other_catalog: str | None
) -> None:
    """Another process loads while an item is worked on: new articles, revisions, copies, refusals."""
    first, _, size, other_size = ways
    head, rest = first[: len(first) // 2], first[len(first) // 2 :]
    number, stage = when
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_warehouse(Path(one), catalog) as run:
            load(run, head, size)
            load(run, rest, other_size)
            expected = state(run)
        with open_warehouse(Path(other), other_catalog) as run:
            load(run, head, size)

            def meanwhile() -> None:
                with open_warehouse(Path(other), other_catalog) as beside:
                    load(beside, rest, other_size)

            workers = Between(number, meanwhile)
            assert replay(with_workers(run, workers), all_stages(at)[stage])
            if not workers.has_acted:
                meanwhile()
            assert state(run) == expected
            assert_checks_hold(run)
