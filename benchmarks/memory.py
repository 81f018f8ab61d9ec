"""The memory of a process and all below it, sampled: their proportional share (PSS), which sums up."""

import os
import signal
import threading
import time
from pathlib import Path


class Memory:
    """Samples in a thread until `stop`; `samples` in bytes, one every `seconds`.

    `own_peak`: the most that the first process held in memory at once, in bytes. Behind `until`, a reading of
    `time.perf_counter`, the first process is ended.
    """

    def __init__(self, pid: int, seconds: float, until: float = float("inf")) -> None:
        self._pid = pid
        self._seconds = seconds
        self._until = until
        self.samples: list[int] = []
        self.own_peak = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """End sampling; returns the peak in bytes."""
        self._stopped.set()
        self._thread.join()
        return max(self.samples, default=0)

    def _sample(self) -> None:
        while not self._stopped.wait(self._seconds):
            self.samples.append(sum(map(_proportional_bytes, _family(self._pid))))
            self.own_peak = max(self.own_peak, _bytes_of(Path(f"/proc/{self._pid}/status"), "VmHWM:"))
            if time.perf_counter() > self._until:
                os.kill(self._pid, signal.SIGTERM)
                return


def _family(pid: int) -> list[int]:
    """A process and all its descendants."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(below for child in children for below in _family(child))]


def _proportional_bytes(pid: int) -> int:
    return _bytes_of(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def _bytes_of(path: Path, name: str) -> int:
    """One figure of a process in /proc; 0 where the process has ended."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
