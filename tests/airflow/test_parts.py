"""What pipeline/airflow does without Airflow: environment, keys, children and their end, the sample site."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.airflow.home import make_home, make_login
from pipeline.airflow.running import ComponentError, end_all, require_alive, require_port
from pipeline.airflow.sessions import Child, end, members, start
from pipeline.airflow.setup import Keys, Setup, environment
from pipeline.airflow.site import serving
from pipeline.errors import UsageError
from tests.conftest import ROOT

KEYS = Keys(jwt="j" * 64, session="s", fernet="f")
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# Starts a process in a group of its own, as Airflow does for tasks, says so, and waits.
PARENT = (
    "import subprocess, sys, time;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], process_group=0);"
    "print('started', flush=True); time.sleep(600)"
)


def await_that(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def setup_in(folder: Path, **changed: object) -> Setup:
    return Setup(folder / "home", folder / "dags", 8123, **changed)  # type: ignore[arg-type]  # of many types


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Child]:
    """A child that has started another one, in another process group."""
    child = start("family", [sys.executable, "-c", PARENT], os.environ, tmp_path / "family.log")
    try:
        await_that(lambda: child.log_end() == "started")
        yield child
    finally:
        end(child, 5)


def test_of_the_callers_settings_only_those_of_the_dags_reach_airflow(tmp_path: Path) -> None:
    inherited = {
        "PATH": "/bin",
        "AIRFLOW_HOME": "/elsewhere",
        "AIRFLOW__CORE__EXECUTOR": "Other",
        "AIRFLOW__NEWSFLOW__NOTIFY": "desk@coast.example",
        "AIRFLOW_CONN_SMTP_DEFAULT": "smtp://mail.example",
        "NEWSFLOW_DATA": "/other/data",
    }
    env = environment(setup_in(tmp_path, newsflow={"NEWSFLOW_DATA": "/data"}), KEYS, inherited)
    assert env["AIRFLOW_HOME"] == str(tmp_path / "home")
    assert env["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8123/execution/"
    kept = ("PATH", "AIRFLOW__NEWSFLOW__NOTIFY", "AIRFLOW_CONN_SMTP_DEFAULT")
    assert {name: env[name] for name in kept} == {name: inherited[name] for name in kept}
    assert {name: value for name, value in env.items() if name.startswith("NEWSFLOW_")} == {
        "NEWSFLOW_DATA": "/data"
    }


def test_metadata_is_a_file_unless_a_database_is_named(tmp_path: Path) -> None:
    alone = environment(setup_in(tmp_path), KEYS, {})
    assert alone["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{tmp_path}/home/airflow.db"
    named = environment(setup_in(tmp_path, metadata="postgresql://u@h:1/d"), KEYS, {})
    both = {name: value for name, value in named.items() if name.startswith("AIRFLOW__DATABASE__")}
    assert both == dict.fromkeys(
        ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"),
        "postgresql+psycopg://u@h:1/d",
    )
    assert int(alone["AIRFLOW__CORE__PARALLELISM"]) < int(named["AIRFLOW__CORE__PARALLELISM"])


def test_further_settings_come_on_top(tmp_path: Path) -> None:
    env = environment(setup_in(tmp_path, further={"AIRFLOW__CORE__PARALLELISM": "9"}), KEYS, {})
    assert env["AIRFLOW__CORE__PARALLELISM"] == "9"


def test_keys_and_password_are_made_once_and_nobody_else_can_read_them(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    keys = make_home(setup)
    assert len(keys.jwt) >= 64
    assert len(base64.urlsafe_b64decode(keys.fernet)) == 32
    password = make_login(setup)
    assert password
    assert (make_home(setup), make_login(setup)) == (keys, None)
    assert password in setup.passwords.read_text()
    private = [setup.passwords, setup.home / "keys.json"]
    assert [path.stat().st_mode & 0o777 for path in (setup.home, *private)] == [0o700, 0o600, 0o600]

    other = setup_in(tmp_path / "other")
    assert make_home(other) != keys
    assert make_login(other) != password


def test_a_home_that_cannot_be_made_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(UsageError, match="name another folder"):
        make_home(setup_in(tmp_path))


def test_a_child_ends_with_all_that_it_started_and_nothing_else_does(family: Child) -> None:
    with subprocess.Popen(SLEEP) as stranger:
        assert len(members(family.process.pid)) == 2
        end(family, 5)
        assert members(family.process.pid) == []
        assert family.process.returncode == -signal.SIGTERM
        assert stranger.poll() is None
        stranger.kill()


def test_what_a_killed_child_left_behind_ends_too(family: Child) -> None:
    family.process.kill()
    family.process.wait()
    assert len(members(family.process.pid)) == 1
    end(family, 5)
    assert members(family.process.pid) == []


def test_a_child_that_takes_no_signal_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True);"
        "time.sleep(600)"
    )
    child = start("deaf", [sys.executable, "-c", deaf], os.environ, tmp_path / "log")
    await_that(lambda: child.log_end() == "deaf")
    end(child, 0.5)
    assert child.process.wait(5) == -signal.SIGKILL


def test_children_end_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    starter = (
        "import os, sys, time; from pathlib import Path; from pipeline.airflow.sessions import start;"
        f"child = start('sleeper', {SLEEP!r}, os.environ, Path(sys.argv[1]));"
        "print(child.process.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", starter, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        session = int(process.stdout.readline())
        assert members(session) == [session]
        process.kill()
    await_that(lambda: members(session) == [])


def test_a_component_that_ends_is_named_with_its_last_words(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "print('the database is gone'); raise SystemExit(3)"]
    children = {
        "triggerer": start("triggerer", SLEEP, os.environ, tmp_path / "triggerer.log"),
        "scheduler": start("scheduler", words, os.environ, tmp_path / "scheduler.log"),
    }
    try:
        children["scheduler"].process.wait(30)
        with pytest.raises(ComponentError, match=r"(?s)^scheduler ended \(exit code 3\).*database is gone"):
            require_alive(children)
        children["scheduler"] = children.pop("triggerer")
        require_alive(children)
    finally:
        end_all(children, 5)
    assert children["scheduler"].process.poll() == -signal.SIGTERM


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}: .*; take another"):
            require_port(port, "take another")
    require_port(port, "take another")


def test_the_sample_site_has_a_page_for_each_entry_of_its_feed() -> None:
    with serving(ROOT / "sample-site", 0) as host:
        assert host.startswith("127.0.0.1:")
        with urllib.request.urlopen(f"http://{host}/feed.xml", timeout=10) as answer:
            assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
            feed = answer.read().decode()
        links = re.findall(r"<link>(/.+)</link>", feed)
        assert len(links) == 5
        for link in [*links, "/robots.txt"]:
            with urllib.request.urlopen(f"http://{host}{link}", timeout=10) as answer:
                assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://{host}/drafts/", timeout=10)
