"""The benchmark of a watch runs, finds every change, and holds what it measures to its limits."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.alone
SMALL = "--feeds 6 --entries 4 --pages 12 --fresh 6 --minutes 30 --speed 300".split()


def run(*limits: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/live.py", *SMALL, *limits]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_small_watch_is_measured_and_polite() -> None:
    ran = run("--floor", "pages_per_cpu_second=1e9")
    figures = json.loads(ran.stdout)
    assert ran.stderr.splitlines()[-1].startswith("pages_per_cpu_second is ")  # and no more than this
    assert ran.returncode == 1
    assert figures["max_at_once"] == 1
    assert figures["min_gap"] >= 1
    assert figures["requests"] > 2 * figures["feeds"] + figures["pages"]
    assert figures["first_cpu_seconds"] > 0
