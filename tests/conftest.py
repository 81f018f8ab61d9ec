"""What all tests share: the command line as a user runs it, a data folder, and a real PostgreSQL.

The hypothesis profile has no deadline (a first call may start a process) and, under CI, fixed examples.
"""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

import pipeline

ROOT = Path(pipeline.__file__).parent.parent
COMMAND = [sys.executable, "-m", "pipeline"]
START_SECONDS = 30

hypothesis.settings.register_profile("newsflow", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("newsflow")


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Newsflow:
    """The `newsflow` command in a process of its own. `env` is added to the environment."""

    env: dict[str, str] = field(default_factory=dict)

    def __call__(self, *args: object, stdin: bytes | None = None, cwd: Path | None = None) -> Ran:
        source = subprocess.DEVNULL if stdin is None else subprocess.PIPE
        process = self.start(*args, stdin=source, cwd=cwd)
        stdout, stderr = process.communicate(stdin, timeout=120)
        return Ran(process.returncode, stdout.decode(), stderr.decode())

    def start(
        self, *args: object, stdin: int = subprocess.DEVNULL, cwd: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start it and return at once; both outputs are pipes."""
        return subprocess.Popen(
            [*COMMAND, *(os.fspath(arg) if isinstance(arg, Path) else str(arg) for arg in args)],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment() | self.env,
        )

    def with_env(self, **env: str) -> "Newsflow":
        """The same command with other settings."""
        return Newsflow(self.env | env)


def environment() -> dict[str, str]:
    """The test run's own, without what would change the command's settings or the shape of its output."""
    names = ("DATA", "CATALOG", "STORE", "CONTACT", "ALLOW")
    ours = (*(f"NEWSFLOW_{name}" for name in names), "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


@pytest.fixture(scope="session")
def newsflow() -> Newsflow:
    """The command line; `newsflow("status", "--data", folder)` runs it to its end."""
    return Newsflow()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, str]]:
    """An S3 server on loopback, as the environment that leads to it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it tells of every request
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        yield {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        moto.stop()


@pytest.fixture
def s3_environment(s3: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The S3 server for what runs in this process."""
    from pipeline.store import storage

    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    files, _ = storage()
    files.clear_instance_cache()


@pytest.fixture
def bucket(s3_environment: None) -> str:
    """The address of a new, empty place in S3 storage."""
    from pipeline.store import storage

    name = f"news-{uuid4().hex}"
    files, _ = storage()
    files.makedirs(name)
    return f"s3://{name}/flow"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server on loopback, without a database name."""
    programs = _postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="newsflow-postgres-"))
    as_user = _as_unprivileged(folder)
    files = folder / "files"
    init: list[str | Path] = [
        programs / "initdb",
        "-D",
        files,
        "-U",
        "newsflow",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run([*as_user, *init, "--locale=C"], check=True, capture_output=True, cwd=folder)
    port = free_port()
    serve: list[str | Path] = [
        programs / "postgres",
        "-D",
        files,
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-k",
        folder,
    ]
    log = (folder / "log").open("wb")
    server = subprocess.Popen([*as_user, *serve, "-c", "fsync=off"], stdout=log, stderr=log, cwd=folder)
    try:
        address = f"postgresql://newsflow@127.0.0.1:{port}"
        _await_server(server, address, folder / "log")
        yield address
    finally:
        server.send_signal(signal.SIGINT)  # ends the sessions, then the server
        server.wait(START_SECONDS)
        log.close()
        shutil.rmtree(folder)


@contextmanager
def fresh_database(postgres: str, template: str = "template1") -> Iterator[str]:
    """The address of a database that is gone afterwards; a copy of another one of the server's."""
    import psycopg

    name = f"newsflow_{uuid4().hex}"
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as admin:
        admin.execute(f"create database {name} template {template}")
        try:
            yield f"{postgres}/{name}"
        finally:
            admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The address of a fresh database."""
    with fresh_database(postgres) as address:
        yield address


def _postgres_programs() -> Path:
    """The folder of `postgres` and `initdb`: Debian's newest, or the one on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        pytest.fail("these tests start a PostgreSQL server: install the Debian package `postgresql`")
    return found[-1].parent if found else Path(str(on_path)).parent


def _as_unprivileged(folder: Path) -> list[str]:
    """How to start a program there as somebody whom PostgreSQL accepts: it refuses root."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody", "nogroup")
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.fail("PostgreSQL refuses to run as root, and there is no setpriv: install `util-linux`")
    return [setpriv, "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig=INT"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_server(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"{address}/postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {log.read_text()[-500:]}")
            time.sleep(0.05)
