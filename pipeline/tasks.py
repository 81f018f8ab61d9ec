"""Commands of newsflow as the tasks of a scheduler run them: in a process of their own.

Workers import the main module of whoever starts them, and a scheduler's cannot be imported again. What a
command says to people goes to the task's log as it comes; what it prints is one JSON object, the next task's.
"""

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.connections import environment_of_connections
from pipeline.errors import UsageError

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
EXIT_FOUND = 1  # items rejected under --strict, or a check with offenders
GRACE_SECONDS = 20.0


def newsflow(*words: object) -> dict[str, Any]:
    """Run `newsflow WORDS...` to its end; returns the JSON object that it prints.

    Ends the command with the task. Raises CalledProcessError for an exit code other than 0, and
    AirflowFailException for 1, which says what the command found: no retry will find it otherwise.
    """
    found: dict[str, Any] = json.loads(_run(words, subprocess.PIPE))
    return found


def run_newsflow(*words: object) -> None:
    """The same for a command that prints for people: all of it goes to the task's log."""
    _run(words, None)


def data_folder() -> Path:
    """The data folder of the environment. Raises UsageError where it names none."""
    try:
        return Path(os.environ["NEWSFLOW_DATA"])
    except KeyError as error:
        raise UsageError("NEWSFLOW_DATA is not set where tasks run; name the data folder") from error


def place_of(name: str) -> str:
    """A file or folder as all machines find it, below the store or the data folder; or an absolute path."""
    store = environment().get("NEWSFLOW_STORE", "").rstrip("/")
    return f"{store}/{name}" if store and not name.startswith("/") else str(data_folder() / name)


def environment() -> dict[str, str]:
    """What a command is told: the environment, and in place of it what Airflow's connections say."""
    return os.environ | environment_of_connections()


def summed(reports: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The counts of several reports together; what is no count is left out."""
    total: Counter[str] = Counter()
    for report in reports:
        total.update({key: value for key, value in report.items() if isinstance(value, int)})
    return {key: count for key, count in total.items() if count}


def _run(words: Sequence[object], stdout: int | None) -> str:
    data_folder()
    command = [sys.executable, "-m", "pipeline", *map(str, words)]
    with _ending(_started(command, stdout)) as process:
        printed, _ = process.communicate()
    if process.returncode == EXIT_FOUND:
        from airflow.sdk.exceptions import AirflowFailException

        raise AirflowFailException(f"newsflow {words[0]}: rejected items or offenders, as the log above says")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, ["newsflow", *map(str, words)], printed)
    return printed or ""


def options(given: Mapping[str, object]) -> list[str]:
    """Parameters as options: `{"media_type": ["text/html"]}` as `--media-type=text/html`, True as a flag."""
    words = []
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, list):
            words += [f"{option}={one}" for one in value]
        elif value not in (None, False, ""):
            words.append(option if value is True else f"{option}={value}")
    return words


def name_of_run(run_id: str) -> str:
    """The id of a scheduler's run as a round's name: letters, digits, - and _."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", run_id).strip("-")


def _started(command: list[str], stdout: int | None) -> "subprocess.Popen[str]":
    # A task that is killed takes its command with it: nobody is to write behind a scheduler's back.
    dies = dies_with_parent if sys.platform == "linux" else None
    return subprocess.Popen(command, env=environment(), stdout=stdout, text=True, preexec_fn=dies)


def dies_with_parent() -> None:
    """Have the process that is started end with its parent, however that ends (`preexec_fn`; Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def _ending(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """End the command where its task ends before it: a timeout, a mark by hand."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
