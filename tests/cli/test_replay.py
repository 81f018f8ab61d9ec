"""`newsflow replay`: its stages, what it says, and how it ends."""

import hashlib
import json
import shutil
import signal
import subprocess
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli.running import progress_bar
from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from tests.cli.conftest import STORY
from tests.conftest import COMMAND, Newsflow, environment
from tests.replay.made import State
from tests.warehouse.loading import contents

STAGES = {
    "clean": [],
    "since": ["--since", "2000-01-01"],
    "quotes": ["--stage", "quotes"],
    "stories": ["--stage", "stories"],
}


def held_in(data: Path) -> State:
    """All tables, without what differs between two loads."""
    with connect(settings_for(data), read_only=True) as connection:
        return contents(connection)


def test_it_rebuilds_what_was_lost(newsflow: Newsflow, copied: Path) -> None:
    before = held_in(copied)
    shutil.rmtree(copied / "tables")
    for path in copied.glob("catalog*"):
        path.unlink()
    ran = newsflow("replay", "--data", copied, "--json")
    assert ran.code == 0, ran.stderr
    assert json.loads(ran.stdout)["items"] == 8
    assert held_in(copied) == before
    assert newsflow("check", "--data", copied).code == 0


@pytest.mark.parametrize(
    ("stage", "reported"),
    [
        ("clean", {"items": 8, "loaded": 5, "rejected": 3}),
        ("since", {"items": 5, "loaded": 5}),
        ("quotes", {"articles": 5, "kept": 0}),
        ("stories", {"articles": 5, "unsigned": 0}),
    ],
)
def test_a_stage_with_the_same_code(
    newsflow: Newsflow, copied: Path, stage: str, reported: dict[str, int]
) -> None:
    before = held_in(copied)
    compared = newsflow("replay", *STAGES[stage], "--compare", "--data", copied)
    assert (compared.code, compared.stdout) == (0, "nothing would change\n")
    ran = newsflow("replay", *STAGES[stage], "--data", copied, "--json")
    assert ran.code == 0, ran.stderr
    assert json.loads(ran.stdout).items() >= reported.items()
    assert held_in(copied) == before
    assert newsflow("check", "--data", copied).code == 0
    assert not list(copied.glob("replay.duckdb*"))


def test_what_would_change_is_told_and_then_does(newsflow: Newsflow, copied: Path) -> None:
    before = held_in(copied)
    with connect(settings_for(copied)) as connection:
        connection.execute("update articles set title = 'An older headline' where title like 'Orchards%'")
        connection.execute("update quotes set speaker = 'Nobody' where speaker like 'Jonas%'")
    changed = held_in(copied)
    found = json.loads(newsflow("replay", "--compare", "--json", "--data", copied).stdout)
    kinds = {(change["topic"], change["change"]): change["count"] for change in found["changes"]}
    assert kinds == {("articles", "title changes"): 1, ("quotes", "speaker changes"): 2}
    assert found["rejects"] == []
    told = newsflow("replay", "--compare", "--data", copied).stdout
    assert "    - An older headline\n    + Orchards bloom early\n" in told
    assert held_in(copied) == changed
    quotes = newsflow("replay", "--stage", "quotes", "--compare", "--data", copied).stdout
    assert "speaker changes" in quotes
    assert "title" not in quotes
    assert newsflow("replay", "--data", copied).code == 0
    assert held_in(copied) == before


def test_nothing_since_then(newsflow: Newsflow, copied: Path) -> None:
    before = held_in(copied)
    ran = newsflow("replay", "--since", "2200-01-01", "--data", copied)
    assert ran.code == 0, ran.stderr
    assert ran.stdout.startswith("0 items")
    assert held_in(copied) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--stage", "stories", "--since", "2026-01-01"], "depends on all that came before"),
        (["--since", "yesterday"], "is no date"),
        (["--stage", "everything"], "clean"),
    ],
)
def test_wrong_use(newsflow: Newsflow, held: Path, options: list[str], said: str) -> None:
    ran = newsflow("replay", *options, "--data", held)
    assert ran.code == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_where_there_is_nothing(newsflow: Newsflow, data: Path, stage: str) -> None:
    ran = newsflow("replay", *STAGES[stage], "--data", data)
    assert ran.code == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "newsflow ingest SOURCE" in ran.stderr
    assert not data.exists()


@pytest.fixture(scope="session")
def many(newsflow: Newsflow, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 400 articles, which take a replay a few seconds."""
    folder = tmp_path_factory.mktemp("many")
    texts = [f"{STORY} {hashlib.sha256(b'%d' % number).hexdigest()}" for number in range(400)]
    rows = [{"text": text, "url": f"https://e.example/{number}"} for number, text in enumerate(texts)]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert newsflow("ingest", folder / "rows.jsonl", "--data", folder / "data").code == 0
    return folder / "data"


@pytest.fixture
def copy_of_many(many: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(many, tmp_path / "many"))


@pytest.mark.parametrize("stage", ["clean", "since", "quotes"])
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_an_end_in_the_middle_changes_nothing(
    newsflow: Newsflow, copy_of_many: Path, stage: str, ending: signal.Signals
) -> None:
    before = held_in(copy_of_many)
    process = newsflow.start("replay", *STAGES[stage], "--data", copy_of_many)
    while not (copy_of_many / "replay.duckdb").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(ending)
    _, stderr = process.communicate(timeout=60)
    if ending is signal.SIGINT:
        assert process.returncode == 130
        assert b"the tables are as they were" in stderr
        assert not list(copy_of_many.glob("replay.duckdb*"))
    assert held_in(copy_of_many) == before
    assert newsflow("replay", "--stage", "quotes", "--data", copy_of_many).code == 0
    assert held_in(copy_of_many) == before
    assert not list(copy_of_many.glob("replay.duckdb*"))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("limit", [100_000, 600_000])
def test_a_full_disk_is_said_and_leaves_the_tables(
    newsflow: Newsflow, copy_of_many: Path, stage: str, limit: int
) -> None:
    """A limit on the size of files stands in for the disk, as in test_ingest.py."""
    before = held_in(copy_of_many)
    script = f"""
import resource, signal
from contextlib import contextmanager
from pipeline.cli import main, running
opened = running.open_run
@contextmanager
def full(*args):
    with opened(*args) as run:
        run.workers.submit(len, b"", b"").result()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        yield run
running.open_run = full
main()
"""
    command = [COMMAND[0], "-c", script, "replay", *STAGES[stage], "--data", str(copy_of_many)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert ran.returncode == 2, ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
    assert "make room and run the same again" in ran.stderr
    assert not list(copy_of_many.glob("replay.duckdb*"))
    assert held_in(copy_of_many) == before


def test_progress_has_a_total_and_the_time_that_is_left() -> None:
    drawn = StringIO()
    console = Console(file=drawn, force_terminal=True, width=100)
    with progress_bar(console, "replaying") as bar:
        bar.expect(3000)
        for _ in range(3):
            time.sleep(0.12)
            bar.advance(500)
        time.sleep(0.12)
    assert "replaying 1,500 of 3,000 items" in drawn.getvalue()
    assert "/s, " in drawn.getvalue()
    assert " left" in drawn.getvalue()


def test_progress_without_a_total() -> None:
    drawn = StringIO()
    console = Console(file=drawn, force_terminal=True, width=100)
    with progress_bar(console, "ingesting") as bar:
        bar.advance(500)
    assert "ingesting 500 items" in drawn.getvalue()
