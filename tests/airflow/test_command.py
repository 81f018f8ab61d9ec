"""`make airflow`: one command, and a sample feed's pages are rows; all of it ends with the command."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.airflow.processes import command_line, listening
from tests.conftest import ROOT, Newsflow, free_port

SECONDS = 240.0
PAGES = 5  # of the sample site


@contextmanager
def make_airflow(data: Path) -> Iterator["subprocess.Popen[str]"]:
    """The command, in a session of its own; killed with all of its children where a test fails."""
    port = free_port()
    words = ["make", "airflow", f"DATA={data}", f"AIRFLOW_PORT={port}"]
    with subprocess.Popen(
        words,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            yield process
        finally:
            for one in family(process):
                one.kill()


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """The command and all that it has started, as far as it lives."""
    try:
        head = psutil.Process(process.pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def read_until(process: "subprocess.Popen[str]", words: str) -> None:
    """Take what it says up to a line with these words."""
    assert process.stdout is not None
    assert any(words in line for line in process.stdout), f"it ended without saying {words!r}"


def await_that(holds: Callable[[], bool], problem: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, problem
        time.sleep(0.5)


def test_a_sample_feed_becomes_rows_and_ctrl_c_ends_it_all(newsflow: Newsflow, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with make_airflow(data) as process:
        read_until(process, "Ctrl-C ends it")
        count = ("sql", "select count(*) as n from articles", "--data", data, "--format", "csv")
        await_that(
            lambda: newsflow(*count).stdout.split() == ["n", str(PAGES)], "the sample feed brought no rows"
        )
        begun = family(process)
        assert listening(one.pid for one in begun) == {"127.0.0.1"}
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.wait(60) in (-signal.SIGINT, 2)
        assert psutil.wait_procs(begun, timeout=30)[1] == []


def test_a_component_that_ends_is_named(tmp_path: Path) -> None:
    with make_airflow(tmp_path / "data") as process:
        read_until(process, "Ctrl-C ends it")
        begun = family(process)
        (triggerer, *_) = (one for one in begun if "triggerer" in command_line(one.pid))
        triggerer.kill()
        assert process.wait(60) == 2
        assert process.stderr is not None
        assert "triggerer ended (signal 9)" in process.stderr.read()
        assert psutil.wait_procs(begun, timeout=30)[1] == []
