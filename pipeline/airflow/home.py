"""The folder of an Airflow: its keys and login, made once, and what its database needs before it starts."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from pipeline.airflow.setup import ADMIN, Keys, Setup
from pipeline.errors import UsageError

POOLS = Path(__file__).with_name("pools.json")
AIRFLOW = (sys.executable, "-m", "airflow")
COMMAND_SECONDS = 300.0  # a migration of PostgreSQL takes 10 on an idle machine


def make_home(setup: Setup) -> Keys:
    """Make the folder and its keys where there are none; returns the keys.

    They stay with the metadata, parts of which only they can read. Raises UsageError.
    """
    try:
        setup.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        setup.logs.mkdir(exist_ok=True)
        path = setup.home / "keys.json"
        if not path.exists():
            _write_private(path, asdict(_new_keys()))
        return Keys(**json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{setup.home}: {error.strerror}; name another folder for Airflow") from error


def make_login(setup: Setup) -> str | None:
    """Give the one admin a password at random, and return it; None where there is one already."""
    if setup.passwords.exists():
        return None
    password = secrets.token_urlsafe(18)
    write_login(setup.passwords, password)
    return password


def write_login(path: Path, password: str) -> None:
    """Write the one admin's password to the file that Airflow's login reads."""
    _write_private(path, {ADMIN: password})


def migrate(env: Mapping[str, str]) -> None:
    """Bring the metadata to this Airflow's tables. Raises UsageError with the end of what it said."""
    run_airflow(env, "db", "migrate")


def make_pools(env: Mapping[str, str]) -> None:
    """Make the pools of the DAGs: a task whose pool does not exist would wait for ever."""
    run_airflow(env, "pools", "import", str(POOLS))


def run_airflow(env: Mapping[str, str], *words: str) -> str:
    """Run a command of Airflow to its end; returns what it said. Raises UsageError."""
    try:
        done = subprocess.run(
            [*AIRFLOW, *words],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"airflow {' '.join(words)}: not done after {COMMAND_SECONDS:g} s") from error
    if done.returncode:
        raise UsageError(f"airflow {' '.join(words)} failed: {done.stdout[-2000:].strip()}")
    return done.stdout


def _new_keys() -> Keys:
    fernet = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return Keys(jwt=secrets.token_urlsafe(64), session=secrets.token_urlsafe(32), fernet=fernet)


def _write_private(path: Path, value: object) -> None:
    """Write JSON that only its owner can read, whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(
        os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as stream:
        stream.write(json.dumps(value) + "\n")
    new.replace(path)
