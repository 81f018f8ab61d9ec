"""The services of docker-compose.yml as processes: CeleryExecutor, Redis, PostgreSQL, S3 and two workers.

Each worker has a data folder of its own: what they share is in S3 alone.
"""

import base64
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pipeline.airflow.running import await_health, end_all
from pipeline.airflow.sessions import Child, members, start
from pipeline.airflow.setup import Setup
from tests.airflow.compose import SECRETS, Places, check_of, filled
from tests.airflow.conftest import IMPATIENT, NEVER, Cluster
from tests.airflow.rest import Rest
from tests.airflow.test_local import FROM_FILE, dispatches, marks, pids_of, rows, undisturbed
from tests.cli.town import town_on_loopback
from tests.conftest import ROOT, Newsflow, free_port, fresh_database

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
WORKERS = ("one", "two")


@contextmanager
def redis(places: Places, log: Path) -> Iterator[None]:
    """The service's own command, on loopback."""
    words = [*places.command("redis"), "--port", str(places.redis_port), "--bind", "127.0.0.1"]
    with log.open("wb") as said, subprocess.Popen(words, stdout=said, stderr=said) as process:
        try:
            yield
        finally:
            process.terminate()


def variables() -> dict[str, str]:
    """A .env file: secrets, and the executor."""
    fernet = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return SECRETS | {
        "FERNET_KEY": fernet,
        "NEWSFLOW_ADMIN_PASSWORD": secrets.token_urlsafe(12),
        "NEWSFLOW_EXECUTOR": "CeleryExecutor",
        "NEWSFLOW_PARALLELISM": "2",
        "NEWSFLOW_CONTACT": "bot@coast.example",
        "NEWSFLOW_POLL_SCHEDULE": NEVER,
        "NEWSFLOW_STORE": f"s3://news-{secrets.token_hex(8)}/flow",
    }


@pytest.fixture(scope="module")
def celery(postgres: str, s3: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("celery")
    (folder / "airflow" / "logs").mkdir(parents=True)
    address = postgres.rpartition("@")[2]
    with ExitStack() as stack:
        catalog = stack.enter_context(fresh_database(postgres)).rpartition("/")[2]
        town = stack.enter_context(town_on_loopback())
        given = variables()
        metadata = f"airflow_{secrets.token_hex(8)}"
        storage = s3["AWS_ENDPOINT_URL"].removeprefix("http://")
        places = Places(address, storage, metadata, catalog, free_port(), free_port(), folder, given)
        stack.enter_context(redis(places, folder / "redis.log"))
        told = {"NEWSFLOW_ALLOW": f"127.0.0.1:{town.server.port}", "PYTHONPATH": str(ROOT)}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        env = inherited | places.environment("scheduler") | told | IMPATIENT
        prepared = subprocess.run(
            places.command("prepare"), env=env, check=False, capture_output=True, text=True, timeout=300
        )
        assert prepared.returncode == 0, prepared.stderr
        children = started(places, env, folder)
        stack.callback(end_all, children)
        setup = Setup(folder / "airflow", ROOT / "dags", places.port)
        await_health(setup, children)
        rest = Rest(setup.address, "admin", given["NEWSFLOW_ADMIN_PASSWORD"], setup.logs)
        yield Cluster(rest, folder / "data", town, children, env, setup)


def started(places: Places, env: dict[str, str], folder: Path) -> dict[str, Child]:
    """The components and two workers."""
    children = {name: start(name, places.command(name), env, folder / f"{name}.log") for name in COMPONENTS}
    return children | {name: worker(places, env, folder, name) for name in WORKERS}


def worker(places: Places, env: dict[str, str], folder: Path, name: str) -> Child:
    """A worker under a name of its own: containers have host names of their own."""
    words = [*places.command("worker"), "--celery-hostname", f"celery@{name}"]
    return start(name, words, env | {"NEWSFLOW_DATA": str(folder / name)}, folder / f"{name}.log")


def asking(newsflow: Newsflow, celery: Cluster) -> Newsflow:
    """The command on the catalog and the store of the services."""
    shared = {name: celery.env[name] for name in celery.env if name.startswith("AWS_")}
    for name in ("NEWSFLOW_CATALOG", "NEWSFLOW_STORE"):
        shared[name] = celery.env[name]
    return newsflow.with_env(**shared)


def test_feeds_become_rows_on_workers(celery: Cluster, newsflow: Newsflow) -> None:
    rest, command = celery.rest, asking(newsflow, celery)
    celery.town.publish(4)
    assert command("feeds", "add", "--no-check", celery.town.feed, "--data", celery.data).code == 0
    rest.await_that(lambda: len(rest.get("/api/v2/dags")["dags"]) == 4, "DAGs are missing")
    rest.await_run("poll_feeds", rest.trigger("poll_feeds"))
    rest.await_that(lambda: any(one["state"] == "success" for one in rest.runs("ingest_captures")), "no rows")
    counts = "select (select count(*) from articles) as articles, (select count(*) from entries) as entries"
    assert rows(command, celery.data, counts) == [{"articles": 4, "entries": 4}]


@pytest.mark.parametrize("service", ["scheduler", "dag-processor", "triggerer", "worker"])
def test_its_health_is_told(celery: Cluster, service: str) -> None:
    env = celery.env | {"HOSTNAME": "one"}
    up = subprocess.run(check_of(service), env=env, capture_output=True, text=True, check=False)
    assert up.returncode == 0, up.stdout + up.stderr
    if service == "worker":
        down = subprocess.run(
            check_of(service), env=env | {"HOSTNAME": "three"}, capture_output=True, check=False
        )
        assert down.returncode != 0


def test_a_worker_killed_in_the_middle_costs_nothing(
    celery: Cluster, newsflow: Newsflow, tmp_path: Path
) -> None:
    rest, command = celery.rest, asking(newsflow, celery)
    source = dispatches(tmp_path / "dispatches.jsonl", 1500)
    run = rest.trigger("backfill_archive", sources=[str(source)], batch_mib=1)
    rest.await_that(lambda: bool(marks(command, celery.data, source)), "nothing was loaded")
    kill_the_worker_that_reads(celery)
    (mark,) = marks(command, celery.data, source)
    assert not mark["is_done"]
    rest.await_run("backfill_archive", run)
    assert rows(command, celery.data, FROM_FILE) == undisturbed(newsflow, source, tmp_path)
    assert command("check", "--data", celery.data).code == 0


def kill_the_worker_that_reads(celery: Cluster) -> None:
    """`kill -9` of a worker and all that it runs; the other one goes on."""
    reading = [name for name in WORKERS if pids_of(celery.children[name], "backfill")]
    assert len(reading) == 1
    for pid in members(celery.children[reading[0]].process.pid):
        os.kill(pid, signal.SIGKILL)


def test_variables_are_filled_in_as_compose_does() -> None:
    assert filled("${A:-b}-${C:?set it}", {"C": "d"}) == "b-d"
    with pytest.raises(LookupError, match="set it"):
        filled("${C:?set it}", {})
