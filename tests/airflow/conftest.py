"""An Airflow with PostgreSQL and the LocalExecutor, for all tests that do not break it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.airflow.home import make_home, make_login, make_pools, migrate
from pipeline.airflow.running import running
from pipeline.airflow.sessions import Child
from pipeline.airflow.setup import ADMIN, Setup, environment
from tests.airflow.rest import Rest
from tests.cli.town import Town, town_on_loopback
from tests.conftest import ROOT, free_port, fresh_database

# On the 29th of February: a DAG that is on begins with its last time after its start date, if there is one.
NEVER = "0 0 29 2 *"
# Airflow's own defaults take minutes to notice a task whose process is gone.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "4",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "12",
}


@dataclass(frozen=True)
class Cluster:
    """A running Airflow. `restart` starts a component again that was killed."""

    rest: Rest
    data: Path
    town: Town
    children: dict[str, Child]
    env: dict[str, str]
    setup: Setup


@pytest.fixture(scope="session")
def migrated(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with Airflow's tables and the pools, to be copied."""
    with fresh_database(postgres) as address:
        setup = Setup(tmp_path_factory.mktemp("template"), ROOT / "dags", 0, metadata=address)
        env = environment(setup, make_home(setup), os.environ)
        migrate(env)
        make_pools(env)
        yield address


@contextmanager
def town_and_data(folder: Path) -> Iterator[tuple[Town, dict[str, str]]]:
    """A site, and what tasks are told of it."""
    with town_on_loopback() as town:
        data = folder / "data"
        yield (
            town,
            {
                "NEWSFLOW_DATA": str(data),
                "NEWSFLOW_ALLOW": f"127.0.0.1:{town.server.port}",
                "NEWSFLOW_CONTACT": "bot@coast.example",
                "NEWSFLOW_WORKERS": "1",
            },
        )


@pytest.fixture(scope="module")
def airflow(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("airflow")
    server, _, template = migrated.rpartition("/")
    with fresh_database(server, template) as metadata, town_and_data(folder) as (town, told):
        setup = Setup(
            folder / "airflow",
            ROOT / "dags",
            free_port(),
            metadata=metadata,
            newsflow=told | {"PYTHONPATH": str(ROOT)},
            further=IMPATIENT | {"AIRFLOW__NEWSFLOW__POLL_SCHEDULE": NEVER},
        )
        env = environment(setup, make_home(setup), os.environ)
        password = make_login(setup)
        assert password
        with running(setup, env) as children:
            rest = Rest(setup.address, ADMIN, password, setup.logs / "tasks")
            yield Cluster(rest, Path(told["NEWSFLOW_DATA"]), town, children, env, setup)
