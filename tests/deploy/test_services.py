"""The image and the services: pinned, closed by default, and their commands run against a real PostgreSQL."""

import fnmatch
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from tests.conftest import Newsflow, free_port
from tests.house_rules import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PINNED = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?(-[a-z]\w*)*")
REQUIRED = {
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "FERNET_KEY",
    "AIRFLOW_SECRET_KEY",
    "AIRFLOW_JWT_SECRET",
    "NEWSFLOW_ADMIN_PASSWORD",
}


def instructions(name: str) -> list[str]:
    """The arguments of every such instruction of the Dockerfile, continued lines joined."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE.replace("\\\n", " "), re.M)


def test_every_image_is_pinned_to_a_release() -> None:
    images = {service["image"] for service in SERVICES.values()}
    images |= {line.split()[0] for line in instructions("FROM")}
    assert len(images) == 5
    assert [image for image in images if not PINNED.fullmatch(image)] == []
    assert not PINNED.fullmatch("postgres:latest")
    assert not PINNED.fullmatch("postgres:17")


def test_ports_are_open_on_this_machine_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8080:8080", "127.0.0.1:2718:2718"]


def test_no_secret_has_a_default(tmp_path: Path) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?[^}]*\}", text)) == REQUIRED
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    assert not REQUIRED & set(defaults)
    for missing in sorted(REQUIRED):
        refused = configured(tmp_path, REQUIRED - {missing})
        assert refused.returncode != 0
        assert missing in refused.stderr


def test_compose_accepts_the_file(tmp_path: Path) -> None:
    ran = configured(tmp_path, REQUIRED)
    assert ran.returncode == 0, ran.stderr


def configured(folder: Path, secrets: set[str]) -> subprocess.CompletedProcess[str]:
    """What Compose says of the file with these secrets in its environment."""
    (folder / ".env").write_text("".join(f"{name}=given\n" for name in sorted(secrets)))
    files = [f"--env-file={folder / '.env'}", f"--file={ROOT / 'docker-compose.yml'}"]
    command = ["docker-compose", *files, "config", "-q"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_services_wait_and_keep_their_data() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    assert set(COMPOSE["volumes"]) <= set(mounts)
    for name, service in SERVICES.items():
        kept = "profiles" in service and "tools" in service["profiles"]
        assert kept or service["restart"] == ("no" if name == "prepare" else "unless-stopped")
    prepared = {"prepare": {"condition": "service_completed_successfully"}}
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        assert SERVICES[name]["depends_on"] == prepared
    assert SERVICES["worker"]["depends_on"] == prepared | {"redis": {"condition": "service_healthy"}}
    on_demand = {name: one["profiles"] for name, one in SERVICES.items() if "profiles" in one}
    assert on_demand == {
        "redis": ["celery"],
        "worker": ["celery"],
        "storage": ["s3"],
        "explorer": ["explore"],
        "newsflow": ["tools"],
    }


def test_image_runs_unprivileged_from_the_hashed_lock() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\w+)$", last_stage, re.M) == ["newsflow"]
    assert "useradd --system --uid 10001 --create-home" in last_stage
    installs = [line for line in instructions("RUN") if "pip install" in line]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "requirements/${LOCK}.txt" in installs[0]
    assert instructions("ARG") == ["LOCK=run"]
    locks = {service["build"]["args"]["LOCK"] for service in SERVICES.values() if "build" in service}
    assert locks == {"scheduler"}
    assert all((ROOT / f"requirements/{lock}.txt").exists() for lock in (*locks, "run"))
    assert {"--no-deps", "--no-build-isolation"} <= set(installs[1].split())
    assert instructions("ENTRYPOINT") == ['["newsflow"]']


def test_build_context_holds_what_is_copied_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text().split()
    allowed = [line[1:] for line in lines if line.startswith("!")]
    copied = [part for line in instructions("COPY") if "--from" not in line for part in line.split()[:-1]]
    assert lines[0] == "*"
    assert sorted(copied) == sorted(allowed)
    assert [part for part in copied if not (ROOT / part).exists()] == []
    assert not any(
        fnmatch.fnmatch(name, pattern) for name in (".venv", "data", ".git") for pattern in allowed
    )


@pytest.fixture
def secured(postgres: str) -> Iterator[str]:
    """A database that only lets in who gives the password, as the services' does; its address has none."""
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as admin:
        file, rules = admin.execute(
            "select f, pg_read_file(f) from current_setting('hba_file') as f"
        ).fetchone() or ("", "")
        admin.execute("create role guarded login password 'a b&c'")
        admin.execute("create database guarded owner guarded")
        # The first rule that fits counts.
        _write_rules(admin, file, "host guarded guarded 127.0.0.1/32 scram-sha-256\n" + rules)
        address = postgres.replace("newsflow@", "guarded@") + "/guarded"
        _await_guard(address)
        yield address
        _write_rules(admin, file, rules)
        admin.execute("drop database guarded with (force)")
        admin.execute("drop role guarded")


def _write_rules(admin: psycopg.Connection, file: str, rules: str) -> None:
    """Have the server write its access rules, which may not be ours to write, and read them again."""
    lines = [line for line in rules.splitlines() if line]
    verbatim = "format csv, quote E'\\x01', delimiter E'\\x02'"
    copy = sql.SQL("copy (select unnest({lines}::text[])) to {file} (" + verbatim + ")")
    admin.execute(copy.format(lines=sql.Literal(lines), file=sql.Literal(file)))
    admin.execute("select pg_reload_conf()")


def _await_guard(address: str) -> None:
    """Reloading the rules takes the server a moment."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            psycopg.connect(address, password="wrong").close()
        except psycopg.OperationalError:
            return
        time.sleep(0.05)
    pytest.fail("the server does not ask for a password")


def test_the_command_asks_for_its_password(secured: str, newsflow: Newsflow, tmp_path: Path) -> None:
    service = SERVICES["newsflow"]
    catalog = service["environment"]["NEWSFLOW_CATALOG"]
    assert catalog == "postgresql://newsflow@postgres:5432/newsflow"
    here = newsflow.with_env(NEWSFLOW_DATA=str(tmp_path / "data"), NEWSFLOW_CATALOG=secured)

    refused = here.with_env(PGPASSWORD="wrong")("ingest", ROOT / "sample")
    assert refused.code == 2
    assert "password authentication failed" in refused.stderr

    trusted = here.with_env(PGPASSWORD="a b&c")
    assert trusted("ingest", ROOT / "sample").code == 0
    assert trusted(*service["command"]).code == 0
    asked = trusted("sql", "select article_count from stories where article_count > 1", "--format", "json")
    assert json.loads(asked.stdout) == [{"article_count": 3}]
    assert trusted("check").code == 0


def test_the_guard_is_gone_and_others_get_in(postgres_database: str) -> None:
    with psycopg.connect(postgres_database) as connection:
        rules = connection.execute("select database from pg_hba_file_rules where type = 'host'").fetchall()
    assert (["all"],) in rules
    assert (["guarded"],) not in rules


def test_the_health_check_tells_up_from_down(postgres: str) -> None:
    kind, *command = SERVICES["postgres"]["healthcheck"]["test"]
    assert kind == "CMD"
    port = postgres.rpartition(":")[2]
    up = subprocess.run([*command, "--host=127.0.0.1", f"--port={port}"], check=False)
    down = subprocess.run([*command, "--host=127.0.0.1", "--port=1"], check=False)
    assert (up.returncode, down.returncode) == (0, 2)


def test_the_explorer_asks_for_its_password(newsflow: Newsflow, data: Path, tmp_path: Path) -> None:
    """Its own command, on another port and on loopback."""
    assert newsflow("ingest", ROOT / "sample", "--data", data).code == 0
    service, port = SERVICES["explorer"], free_port()
    line = " ".join(service["command"])
    for there, here in {
        "/opt/newsflow": str(ROOT),
        "--host 0.0.0.0": "--host 127.0.0.1",
        "--port 2718": f"--port {port}",
        "marimo --quiet run": f"{sys.executable} -m marimo --quiet run",
    }.items():
        assert there in line
        line = line.replace(there, here)
    env = os.environ | {
        "NEWSFLOW_DATA": str(data),
        "PYTHONPATH": str(ROOT),
        "NEWSFLOW_ADMIN_PASSWORD": "let-me",
    }
    (tmp_path / "home").mkdir()
    with subprocess.Popen(
        [*service["entrypoint"], line],
        env=env | {"HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            _await_answer(f"http://127.0.0.1:{port}/health")
            page = f"http://127.0.0.1:{port}/"
            assert "/auth/login" in _led_to(page)
            assert "/auth/login" in _led_to(f"{page}?access_token=other")
            assert _led_to(f"{page}?access_token=let-me") == "/"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
        assert process.stdout is not None
        assert b"let-me" not in process.stdout.read()


def _await_answer(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    pytest.fail(f"nobody answers at {address}")


def _led_to(address: str) -> str:
    """Where a redirect leads to; nobody follows it."""

    class Unfollowed(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.build_opener(Unfollowed).open(address, timeout=10)
    return str(told.value.headers["Location"])
