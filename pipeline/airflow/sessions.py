"""A child process in a session of its own, so that it and all that it starts can be ended, and nothing else.

What a component starts (workers, tasks, their commands) is in its session, whatever process groups it makes;
the kernel gives a session's number to nobody else as long as one of its processes lives.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.tasks import dies_with_parent

LOOK_SECONDS = 0.1
SESSION_FIELD = 3  # of /proc/PID/stat behind the name: state, parent, group, session


@dataclass(frozen=True, slots=True)
class Child:
    """One running component, and the file of what it says."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def log_end(self, lines: int = 20) -> str:
        """The last lines that it said."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def start(name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> Child:
    """Start a command in a session of its own. It ends with the calling thread, however that ends."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent if sys.platform == "linux" else None,
        )
    return Child(name, process, log)


def end(child: Child, seconds: float) -> None:
    """Ask a component to end, then what it left behind; kill what is still there after `seconds` each."""
    if child.process.poll() is None:
        child.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(seconds)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in members(child.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        _await_end(child, seconds)


def members(session: int) -> list[int]:
    """The living processes of a session, in the order of their numbers."""
    return sorted(pid for pid in _processes() if _session(pid) == session)


def _await_end(child: Child, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while (child.process.poll() is None or members(child.process.pid)) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _session(pid: int) -> int | None:
    """The session of a process; None of one that is gone, or that only waits to be collected."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[SESSION_FIELD])
