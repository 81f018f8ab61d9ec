"""A backfill may be killed anywhere and goes on: the tables come out the same, and little is done twice."""

import signal
from pathlib import Path

import pytest

from tests.faults.archives import write_archives
from tests.faults.backfill_driver import BATCH_ITEMS
from tests.faults.backfill_kills import Backfilled, await_work, differences, killed_backfill

FILTER = ("--language", "en", "--published-from", "2026-02-01")


@pytest.mark.parametrize(
    ("catalog", "kills", "options"),
    [("sqlite", 12, ()), ("postgres", 3, ()), ("sqlite", 3, FILTER)],
    ids=["sqlite", "postgres", "filtered"],
)
def test_killed_anywhere_and_gone_on(
    request: pytest.FixtureRequest, tmp_path: Path, catalog: str, kills: int, options: tuple[str, ...]
) -> None:
    address = "" if catalog == "sqlite" else str(request.getfixturevalue("postgres_database"))
    assert killed_backfill(tmp_path, address, kills, 20260302, options) == []


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Backfilled:
    """A backfill that nobody disturbed."""
    folder = tmp_path_factory.mktemp("quiet")
    done = Backfilled(folder / "data", "", write_archives(folder / "archives", 48))
    assert done.through() == ""
    return done


def test_an_interrupt_ends_at_a_batch_and_nothing_is_done_twice(quiet: Backfilled, tmp_path: Path) -> None:
    stopped = Backfilled(tmp_path / "data", "", quiet.sources)
    process = stopped.start()
    assert await_work(process, stopped, 2 * BATCH_ITEMS)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 130
    assert 0 < stopped.work < quiet.work
    assert stopped.through() == ""
    assert list(differences(quiet, stopped, kills=0)) == []


def test_killed_between_the_commit_and_what_comes_after(quiet: Backfilled, tmp_path: Path) -> None:
    disturbed = Backfilled(tmp_path / "data", "", quiet.sources)
    for _ in range(2):
        assert disturbed.start(loads=2).wait(120) == -signal.SIGKILL
    assert disturbed.through() == ""
    assert list(differences(quiet, disturbed, kills=2)) == []
    assert disturbed.work - quiet.work <= 2 * BATCH_ITEMS  # the batch behind the committed one, each time
