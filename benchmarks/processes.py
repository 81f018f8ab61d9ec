"""What a process and all its children cost: CPU, wall time, memory. Stops it when its time is up."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from memory import Memory

COMMAND = [sys.executable, "-m", "pipeline"]
RUN_SECONDS = 1800.0  # for one process; the slowest peer takes some 70 seconds over 219 pages


@dataclass(frozen=True)
class Cost:
    """What one process and all its children took, and what it printed.

    `peak_bytes` is of all of them together, `own_peak_bytes` of the first process alone.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int
    own_peak_bytes: int
    printed: str


def run(command: Sequence[str], sample_seconds: float = 0.1) -> Cost:
    """Run a command to its end; stops the benchmark where it fails or outlasts `RUN_SECONDS`."""
    # Compiled modules are kept, as they are after an installation.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(list(command), stdout=output, env=env)
        memory = Memory(process.pid, sample_seconds, until=began + RUN_SECONDS)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        peak = memory.stop()
        if status != 0:
            sys.exit(f"{' '.join(command)} failed")
        output.seek(0)
        printed = output.read()
    return Cost(usage.ru_utime + usage.ru_stime, wall, peak, memory.own_peak, printed)


def newsflow(*args: str, sample_seconds: float = 0.1) -> Cost:
    """Run Newsflow's command line."""
    return run([*COMMAND, *args], sample_seconds)
