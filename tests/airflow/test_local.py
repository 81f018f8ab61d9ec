"""The LocalExecutor: feeds become rows by assets, archives by REST, and a kill costs nothing."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from pipeline.airflow.home import AIRFLOW
from pipeline.airflow.running import COMPONENTS, await_health
from pipeline.airflow.sessions import Child, members, start
from tests.airflow.conftest import Cluster
from tests.airflow.processes import command_line, listening
from tests.conftest import ROOT, Newsflow
from tests.live.dispatches import dispatch

DAGS = {"poll_feeds", "ingest_captures", "backfill_archive", "maintain_warehouse"}
POOLS = {"warehouse_writer": 1, "polling": 2, "backfill": 2}
FROM_FILE = """
select article_id, title, text, revision from articles
where url like 'https://dispatches.example/%' order by article_id
"""


def rows(newsflow: Newsflow, data: Path, sql: str) -> list[dict[str, Any]]:
    ran = newsflow("sql", sql, "--data", data, "--format", "json")
    assert ran.code == 0, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def dispatches(path: Path, count: int) -> Path:
    """A file of so many different articles."""
    with path.open("w") as stream:
        for number in range(count):
            one = dispatch(number)
            row = {"url": f"https://dispatches.example/{number}", "title": one.title, "text": one.text}
            stream.write(json.dumps(row) + "\n")
    return path


def marks(newsflow: Newsflow, data: Path, source: Path) -> list[dict[str, Any]]:
    """How far a file was read."""
    return rows(newsflow, data, f"select position, is_done from marks where part = '{source}'")


def undisturbed(newsflow: Newsflow, source: Path, folder: Path) -> list[dict[str, Any]]:
    """What a backfill of a file brings that nothing befalls."""
    assert newsflow("backfill", source, "--data", folder / "undisturbed").code == 0
    return rows(newsflow, folder / "undisturbed", FROM_FILE)


def pids_of(child: Child, words: str) -> list[int]:
    """The processes of a component whose command line has these words."""
    return [pid for pid in members(child.process.pid) if words in command_line(pid)]


def test_all_dags_are_there_and_their_pools(airflow: Cluster) -> None:
    rest = airflow.rest
    rest.await_that(
        lambda: {one["dag_id"] for one in rest.get("/api/v2/dags")["dags"]} == DAGS, "DAGs are missing"
    )
    assert rest.get("/api/v2/importErrors")["import_errors"] == []
    pools = {one["name"]: one["slots"] for one in rest.get("/api/v2/pools")["pools"]}
    assert {name: pools.get(name) for name in POOLS} == POOLS


def test_everything_listens_on_loopback_only(airflow: Cluster) -> None:
    pids = [pid for child in airflow.children.values() for pid in members(child.process.pid)]
    assert listening(pids) == {"127.0.0.1"}


def test_feeds_become_rows_by_assets(airflow: Cluster, newsflow: Newsflow) -> None:
    rest, data = airflow.rest, airflow.data
    airflow.town.publish(4)
    assert newsflow("feeds", "add", "--no-check", airflow.town.feed, "--data", data).code == 0
    rest.await_run("poll_feeds", rest.trigger("poll_feeds"))
    rest.await_that(lambda: any(one["state"] == "success" for one in rest.runs("ingest_captures")), "no rows")
    counts = "select (select count(*) from articles) as articles, (select count(*) from entries) as entries"
    assert rows(newsflow, data, counts) == [{"articles": 4, "entries": 4}]
    events = rest.get("/api/v2/assets/events")["asset_events"]
    loaded = [one["extra"] for one in events if one["name"] == "newsflow_tables"]
    assert loaded[0]["loaded"] == 4
    (run,) = (one for one in rest.runs("ingest_captures") if one["state"] == "success")
    assert run["run_type"] == "asset_triggered"
    assert "manifests announced in 1 events" in rest.told("ingest_captures")


def test_a_load_killed_in_the_middle_costs_nothing(airflow: Cluster, newsflow: Newsflow) -> None:
    """The command of `load` is gone; its task is tried again, and nothing is doubled."""
    rest, data, pages = airflow.rest, airflow.data, airflow.town.server.pages
    airflow.town.publish(9)
    pages["/late.xml"] = pages["/news.xml"]
    feed = airflow.town.server.url("/late.xml")
    assert newsflow("feeds", "add", "--no-check", feed, "--data", data).code == 0
    known = {one["dag_run_id"] for one in rest.runs("ingest_captures")}
    rest.await_run("poll_feeds", rest.trigger("poll_feeds"))
    killed = 0

    def kill() -> bool:
        nonlocal killed
        for pid in pids_of(airflow.children["scheduler"], "pipeline round load"):
            os.kill(pid, signal.SIGKILL)
            killed += 1
        return killed > 0

    rest.await_that(kill, "nothing was loaded", look_seconds=0.05)
    (run,) = {one["dag_run_id"] for one in rest.runs("ingest_captures")} - known
    rest.await_run("ingest_captures", run)
    assert killed == 1
    stories = airflow.town.server.url("/story/")
    urls = f"select count(*) as pages, count(distinct url) as urls from articles where url like '{stories}%'"
    assert rows(newsflow, data, urls) == [{"pages": 9, "urls": 9}]
    assert newsflow("check", "--data", data).code == 0


def test_an_archive_is_read_by_the_rest_interface(
    airflow: Cluster, newsflow: Newsflow, tmp_path: Path
) -> None:
    rest = airflow.rest
    run = rest.trigger("backfill_archive", sources=[str(ROOT / "sample")], publisher=["example.org"])
    rest.await_run("backfill_archive", run)
    alone = tmp_path / "alone"
    words = ("backfill", ROOT / "sample", "--publisher", "example.org", "--data", alone)
    assert newsflow(*words).code == 0
    wanted = "select article_id, title from articles where publisher = 'example.org' order by article_id"
    assert rows(newsflow, airflow.data, wanted) == rows(newsflow, alone, wanted)


@pytest.mark.parametrize(
    "conf",
    [
        {"sources": []},
        {"sources": "a.warc.gz"},
        {},
        {"sources": ["a"], "from": "May"},
        {"sources": ["a"], "lists": 0},
    ],
)
def test_a_wrong_parameter_is_refused(airflow: Cluster, conf: dict[str, object]) -> None:
    given = {"logical_date": None, "conf": conf}
    status, answer = airflow.rest.ask("POST", "/api/v2/dags/backfill_archive/dagRuns", given)
    assert status == 400, answer


def test_tables_are_proven_and_published(airflow: Cluster) -> None:
    airflow.rest.await_run("maintain_warehouse", airflow.rest.trigger("maintain_warehouse"))
    assert (airflow.data / "published.duckdb").exists()


def test_a_scheduler_killed_with_its_tasks_costs_nothing(
    airflow: Cluster, newsflow: Newsflow, tmp_path: Path
) -> None:
    """The machine of the scheduler is gone in the middle of a backfill, and comes back."""
    source = dispatches(tmp_path / "dispatches.jsonl", 1500)
    rest = airflow.rest
    run = rest.trigger("backfill_archive", sources=[str(source)], batch_mib=1)
    rest.await_that(lambda: bool(marks(newsflow, airflow.data, source)), "nothing was loaded")
    for pid in members(airflow.children["scheduler"].process.pid):
        os.kill(pid, signal.SIGKILL)
    (mark,) = marks(newsflow, airflow.data, source)
    assert not mark["is_done"]
    log = airflow.setup.logs / "scheduler-again.log"
    airflow.children["scheduler"] = start("scheduler", [*AIRFLOW, *COMPONENTS["scheduler"]], airflow.env, log)
    await_health(airflow.setup, airflow.children)
    rest.await_run("backfill_archive", run)
    assert rows(newsflow, airflow.data, FROM_FILE) == undisturbed(newsflow, source, tmp_path)
    assert newsflow("check", "--data", airflow.data).code == 0
