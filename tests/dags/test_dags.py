"""Each DAG is loaded from its file and run by a real Airflow (SQLite metadata), and judged by the tables."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.town import Town, town_on_loopback
from tests.conftest import Newsflow
from tests.house_rules import ROOT

ARTICLES = "select article_id, title, story_id, revision from articles order by article_id"
TEXT = "The harbour is open again after storm number {}, and the ferries sail as they did before it came."
DAG_FILES = sorted((ROOT / "dags").glob("*.py"))
# Runs a DAG on a data folder with parameters; returns its final state and all that it printed.
RunDag = Callable[..., tuple[str, str]]
GRAPHS = {
    "poll_feeds": {"plan": ["ask"], "ask": ["announce"], "announce": []},
    "ingest_captures": {"collect": ["examine", "load"], "examine": ["load"], "load": []},
    "backfill_archive": {"divide": ["read"], "read": ["sum_up"], "sum_up": []},
    "maintain_warehouse": {"compact": ["check"], "check": ["publish"], "publish": []},
}
MAPPED = {"ask", "examine", "read"}
POOLS = {"ask": "polling", "load": "warehouse_writer", "compact": "warehouse_writer", "read": "backfill"}
OUTLETS = {"announce": "newsflow_captures", "load": "newsflow_tables", "sum_up": "newsflow_tables"}


@dataclass(frozen=True)
class Scheduler:
    """An Airflow process: it runs DAGs, and says what they are."""

    run: RunDag
    describe: Callable[[], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def airflow_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an Airflow with its own, migrated metadata database."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "NEWSFLOW"))}
    env |= {"AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")), "PYTHONPATH": str(ROOT)}
    env |= {"AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"], env=env, check=True, capture_output=True
    )
    return env


@pytest.fixture(scope="module")
def scheduler(airflow_env: dict[str, str]) -> Iterator[Scheduler]:
    command = [sys.executable, str(Path(__file__).with_name("run_dags.py"))]
    with subprocess.Popen(
        command,
        env=airflow_env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def run(dag: str, data: Path, env: dict[str, str] | None = None, **params: object) -> tuple[str, str]:
            return answer({"dag": dag, "data": str(data), "params": params, "env": env or {}})

        def answer(request: dict[str, object]) -> tuple[str, str]:
            requests.write(json.dumps(request) + "\n")
            printed: list[str] = []
            for line in answers:
                if line.startswith("@@ "):
                    return line[3:].strip(), "".join(printed)
                printed.append(line)
            pytest.fail("Airflow ended: " + "".join(printed[-20:]))

        yield Scheduler(run, lambda: json.loads(answer({"describe": True})[0]))
        requests.close()


@pytest.fixture(scope="module")
def run_dag(scheduler: Scheduler) -> RunDag:
    return scheduler.run


@pytest.fixture
def town() -> Iterator[Town]:
    with town_on_loopback() as made:
        yield made


def rows(newsflow: Newsflow, data: Path, sql: str) -> list[dict[str, object]]:
    ran = newsflow("sql", sql, "--data", data, "--format", "json")
    assert ran.code == 0, ran.stderr
    found: list[dict[str, object]] = json.loads(ran.stdout)
    return found


def said_of_dag_files(env: dict[str, str], code: str) -> str:
    """The last line of what a new process prints that loads all DAG files in the middle of some code."""
    code = f"import runpy, sys; load = lambda: [runpy.run_path(path) for path in sys.argv[1:]]; {code}"
    command = [sys.executable, "-c", code, *map(str, DAG_FILES)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_dag_files_import_nothing_heavy(airflow_env: dict[str, str]) -> None:
    heavy = "{'pipeline', 'duckdb', 'pyarrow', 'trafilatura'}"
    code = f"load(); print(sorted({heavy} & set(sys.modules)))"
    assert said_of_dag_files(airflow_env, code) == "[]"


def test_dag_files_are_parsed_in_no_time(airflow_env: dict[str, str]) -> None:
    """CPU seconds beyond the import of Airflow itself; a scheduler parses them again and again."""
    code = (
        "import airflow.configuration, airflow.sdk, time; began = time.process_time(); load();"
        "print(time.process_time() - began)"
    )
    assert float(said_of_dag_files(airflow_env, code)) < 0.3


def test_each_dag_is_what_it_should_be(scheduler: Scheduler) -> None:
    dags = scheduler.describe()
    for name, graph in GRAPHS.items():
        dag = dags[name]
        assert {task: about["then"] for task, about in dag["tasks"].items()} == graph
        assert dag["has_docs"]
        assert not dag["catchup"]
        for task, about in dag["tasks"].items():
            assert about["mapped"] is (task in MAPPED)
            assert about["pool"] == POOLS.get(task, "default_pool")
            assert about["outlets"] == ([OUTLETS[task]] if task in OUTLETS else [])
            assert about["retries"] >= 2
            assert about["backoff"] == 2.0
            assert about["timeout"]
    assert {name: dag["schedule"] for name, dag in dags.items()} == {
        "poll_feeds": "*/5 * * * *",
        "ingest_captures": ["newsflow_captures"],
        "backfill_archive": None,
        "maintain_warehouse": "@daily",
    }
    assert [name for name, dag in dags.items() if dag["max_active_runs"] == 1] == [
        "poll_feeds",
        "ingest_captures",
        "maintain_warehouse",
    ]


def test_polled_feeds_become_rows(run_dag: RunDag, newsflow: Newsflow, town: Town, tmp_path: Path) -> None:
    data, env = tmp_path / "data", {"NEWSFLOW_ALLOW": f"127.0.0.1:{town.server.port}"}
    town.publish(3)
    assert newsflow("feeds", "add", "--no-check", town.feed, "--data", data).code == 0
    state, printed = run_dag("poll_feeds", data, env)
    assert state == "success", printed
    assert rows(newsflow, data, "select count(*) as articles from articles") == [{"articles": 0}]
    requests = len(town.server.asked)

    state, printed = run_dag("poll_feeds", data, env)  # what came waits for its load: nobody is asked
    assert state == "success", printed
    assert len(town.server.asked) == requests

    state, printed = run_dag("ingest_captures", data, env)
    assert state == "success", printed
    counts = "select (select count(*) from articles) as articles, (select count(*) from entries) as entries"
    assert rows(newsflow, data, counts) == [{"articles": 3, "entries": 3}]
    gaps = "select count(*) as gaps from discovery_gaps"
    assert rows(newsflow, data, gaps) == [{"gaps": 0}]

    assert run_dag("ingest_captures", data, env)[0] == "success"
    assert rows(newsflow, data, counts) == [{"articles": 3, "entries": 3}]
    assert newsflow("check", "--data", data).code == 0


def test_backfill_fills_the_same_tables_as_the_command(
    run_dag: RunDag, newsflow: Newsflow, tmp_path: Path
) -> None:
    by_dag, by_command = tmp_path / "dag", tmp_path / "command"
    state, printed = run_dag("backfill_archive", by_dag, sources=[str(ROOT / "sample")])
    assert state == "success", printed
    assert newsflow("ingest", ROOT / "sample", "--data", by_command).code == 0
    loaded = rows(newsflow, by_dag, ARTICLES)
    assert len(loaded) == 5
    assert loaded == rows(newsflow, by_command, ARTICLES)

    assert run_dag("backfill_archive", by_dag, sources=[str(ROOT / "sample")])[0] == "success"
    assert rows(newsflow, by_dag, ARTICLES) == loaded
    assert rows(newsflow, by_dag, "select count(*) as loads from batches") == [{"loads": 1}]


def test_strict_backfill_fails_and_keeps_what_is_good(
    run_dag: RunDag, newsflow: Newsflow, tmp_path: Path
) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text('{"title": "A", "text": "The harbour is open again after the storm."}\nnot json\n')
    state, _ = run_dag("backfill_archive", tmp_path / "data", sources=[str(source)], strict=True)
    assert state == "failed"
    counts = "select (select count(*) from articles) as articles, (select count(*) from rejects) as rejects"
    assert rows(newsflow, tmp_path / "data", counts) == [{"articles": 1, "rejects": 1}]


@pytest.mark.parametrize("sources", [[], [""], "a.txt", None])
def test_backfill_with_wrong_sources_is_refused_before_it_starts(
    run_dag: RunDag, tmp_path: Path, sources: object
) -> None:
    state, _ = run_dag("backfill_archive", tmp_path / "data", sources=sources)
    assert state.startswith("refused: Invalid input for param sources")
    assert not (tmp_path / "data").exists()


def test_a_copy_is_published_only_if_the_checks_pass(
    run_dag: RunDag, newsflow: Newsflow, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    copy = data / "share.duckdb"
    assert newsflow("ingest", ROOT / "sample", "--data", data).code == 0
    assert run_dag("maintain_warehouse", data, published="share.duckdb")[0] == "success"
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute("select count(*) from articles").fetchone() == (5,)
    copy.unlink()

    capture_file = next((data / "captures").rglob("*.warc.gz"))
    capture_file.rename(tmp_path / "lost")
    state, printed = run_dag("maintain_warehouse", data, published="share.duckdb")
    assert state == "failed"
    assert "captures_read_back" in printed
    assert not copy.exists()


def test_what_is_wanted_is_what_a_backfill_brings(
    run_dag: RunDag, newsflow: Newsflow, tmp_path: Path
) -> None:
    lines = [
        {"url": f"https://{host}/{number}", "title": f"Harbour {number}", "text": TEXT.format(number)}
        for number, host in enumerate(("one.example", "two.example", "two.example"))
    ]
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    data = tmp_path / "data"
    state, printed = run_dag("backfill_archive", data, sources=[str(source)], publisher=["two.example"])
    assert state == "success", printed
    assert rows(newsflow, data, "select publisher, count(*) as n from articles group by all") == [
        {"publisher": "two.example", "n": 2}
    ]
    (listed,) = (data / "plans").rglob("*.paths")
    assert listed.read_text() == f"{source}\n"
