"""A run may be killed anywhere, meet another one, and be read from: the tables come out the same."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.check import run_checks
from tests.conftest import Newsflow
from tests.faults.sources import write_rows
from tests.warehouse.loading import contents, open_warehouse

ROOT = Path(__file__).parent.parent.parent
KILLS = 10
LONGEST_RUN = 6.0  # seconds: past the end of a quiet run, so that kills fall anywhere in it
Seen = tuple[int, int, int]
Tables = dict[str, list[tuple[object, ...]]]


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest) -> str:
    """The catalog's address; empty for the default one."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("rows")
    return [write_rows(folder / f"rows{seed}.jsonl", seed) for seed in (1, 2)]


@pytest.fixture(scope="module")
def undisturbed(rows: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The tables after one quiet run."""
    data = tmp_path_factory.mktemp("quiet")
    assert start(data, "", rows).wait(120) == 0
    return tables(data, "")


def start(data: Path, catalog: str, sources: list[Path]) -> subprocess.Popen[bytes]:
    """An ingest in small batches, in a process group of its own."""
    command = [sys.executable, "-m", "tests.faults.driver", str(data), catalog, *map(str, sources)]
    return subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def tables(data: Path, catalog: str) -> Tables:
    with open_warehouse(data, catalog or None) as run:
        return contents(run.connection)


def errors_of(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    return process.stderr.read().decode()


def assert_sound(data: Path, catalog: str) -> None:
    found = list(run_checks(settings_for(data, catalog or None)))
    assert [one for one in found if one.offenders] == []


def test_killed_anywhere_and_run_again(
    rows: list[Path], undisturbed: Tables, tmp_path: Path, catalog: str
) -> None:
    """Kill at random moments, each time the whole group, until a run gets through; then compare."""
    chance = random.Random(20260302)
    kills = 0
    while kills < KILLS:
        process = start(tmp_path, catalog, rows)
        try:
            assert process.wait(chance.uniform(0.5, LONGEST_RUN)) == 0, errors_of(process)
            break
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
    assert kills > 1
    assert start(tmp_path, catalog, rows).wait(120) == 0
    assert tables(tmp_path, catalog) == undisturbed
    assert_sound(tmp_path, catalog)


def test_two_at_once(rows: list[Path], undisturbed: Tables, tmp_path: Path, catalog: str) -> None:
    first = start(tmp_path, catalog, rows)
    second = start(tmp_path, catalog, rows[::-1])
    assert (first.wait(120), second.wait(120)) == (0, 0), errors_of(first) + errors_of(second)
    assert tables(tmp_path, catalog) == undisturbed
    assert_sound(tmp_path, catalog)


WHOLE = """
select
    (select count(*) from batches) as batches,
    (select coalesce(sum(items), 0) from batches)
    - (select count(*) from captures)
    - (select count(*) from rejects where item_key not in (select capture_id::varchar from captures))
        as missing,
    (select count(*) from articles) - (select count(distinct article_id) from article_revisions) as unrevised
"""


def test_readers_see_whole_batches_and_no_error(
    rows: list[Path], tmp_path: Path, catalog: str, newsflow: Newsflow
) -> None:
    assert start(tmp_path, catalog, rows[:1]).wait(120) == 0
    process = start(tmp_path, catalog, rows[1:])
    seen = list(_while(process, lambda: ask(newsflow, tmp_path, catalog)))
    assert process.wait() == 0
    assert len({batches for batches, _, _ in seen}) > 1
    assert [one for one in seen if one[1:] != (0, 0)] == []
    assert [batches for batches, _, _ in seen] == sorted(batches for batches, _, _ in seen)


def ask(newsflow: Newsflow, data: Path, catalog: str) -> Seen:
    options = ["--catalog", catalog] if catalog else []
    ran = newsflow("sql", "--data", data, *options, "--format", "csv", WHOLE)
    assert ran.code == 0, ran.stderr
    batches, missing, unrevised = ran.stdout.splitlines()[1].split(",")
    return int(batches), int(missing), int(unrevised)


def _while(process: subprocess.Popen[bytes], ask: Callable[[], Seen]) -> Iterator[Seen]:
    while process.poll() is None:
        yield ask()
    yield ask()
