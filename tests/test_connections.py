"""Airflow's connections tell a command its catalog and store; what they do not say stays as it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.connections import environment_of_connections
from pipeline.tasks import place_of

CONNECTIONS = {
    "AIRFLOW_CONN_DESK_CATALOG": "postgresql://desk:s%2Fecret@db.example:5433/news",
    "AIRFLOW_CONN_DESK_STORE": "aws://key:hush%2Fhush@/?endpoint_url=http%3A%2F%2Fs3.example%3A9000"
    "&region_name=eu-central-1&store=s3%3A%2F%2Fnews%2Fflow",
}
ASK = """
import json, sys
from pipeline.connections import environment_of_connections
from pipeline.tasks import environment, place_of
told = environment()
places = [place_of("plans/one"), place_of("/mnt/published.duckdb")]
json.dump([environment_of_connections(), told["NEWSFLOW_STORE"], told["NEWSFLOW_DATA"], places], sys.stderr)
"""


def ask(home: Path, **told: str) -> subprocess.CompletedProcess[str]:
    """What tasks are told, in a process of its own: Airflow reads its settings once."""
    env = os.environ | CONNECTIONS | {"AIRFLOW_HOME": str(home), "NEWSFLOW_DATA": "/data"} | told
    return subprocess.run(
        [sys.executable, "-c", ASK],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_without_any_airflow_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment_of_connections({"NEWSFLOW_CATALOG": "sqlite:x"}) == {}
    monkeypatch.setenv("NEWSFLOW_DATA", "/data")
    assert place_of("plans/one") == "/data/plans/one"


def test_a_catalog_and_a_store(tmp_path: Path) -> None:
    ran = ask(tmp_path, NEWSFLOW_CATALOG_CONNECTION="desk_catalog", NEWSFLOW_STORE_CONNECTION="desk_store")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stderr.splitlines()[-1]) == [
        {
            "NEWSFLOW_CATALOG": "postgresql://desk@db.example:5433/news",
            "PGPASSWORD": "s/ecret",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "hush/hush",
            "AWS_ENDPOINT_URL": "http://s3.example:9000",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "NEWSFLOW_STORE": "s3://news/flow",
        },
        *("s3://news/flow", "/data", ["s3://news/flow/plans/one", "/mnt/published.duckdb"]),
    ]


def test_one_that_airflow_does_not_know_is_named(tmp_path: Path) -> None:
    ran = ask(tmp_path, NEWSFLOW_STORE_CONNECTION="elsewhere")
    assert ran.returncode == 1
    assert "NEWSFLOW_STORE_CONNECTION=elsewhere: add a connection of that name" in ran.stderr
