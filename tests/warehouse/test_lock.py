"""The writer's lock: one at a time, and who waits comes before who had it last."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import LockedError
from pipeline.settings import Settings, settings_for
from pipeline.warehouse.lock import TURN_LOCK, writer_lock


@pytest.fixture(params=["sqlite", "postgres"])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    catalog = None if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))
    return settings_for(tmp_path, catalog)


def quiet() -> None:
    """Nothing to say while waiting."""


def test_who_waits_comes_before_who_had_it_last(settings: Settings) -> None:
    order: list[str] = []
    waits = threading.Event()

    def other() -> None:
        with writer_lock(settings, waits.set):
            order.append("waited")

    waiting = threading.Thread(target=other)
    with writer_lock(settings, quiet):
        waiting.start()
        assert waits.wait(10)
    with writer_lock(settings, quiet):  # at once, as a backfill that has the next batch ready
        order.append("again")
    waiting.join(10)
    assert order == ["waited", "again"]


def test_a_lock_that_stays_held_is_told_and_leaves_no_turn_behind(settings: Settings) -> None:
    hasty = replace(settings, lock_seconds=0.1)
    with (
        writer_lock(settings, quiet),
        pytest.raises(LockedError, match="another writer has held the warehouse"),
        writer_lock(hasty, quiet),
    ):
        pass
    with writer_lock(hasty, quiet, TURN_LOCK):
        pass


def test_loads_never_overlap(settings: Settings) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(5):
            with writer_lock(settings, quiet):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.01)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(most) == 15
    assert set(most) == {1}
