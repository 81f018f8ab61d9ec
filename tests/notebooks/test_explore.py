"""The explorer runs on real tables, and shows what they hold."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, Newsflow

NOTEBOOK = ROOT / "notebooks" / "explore.py"


def run(*command: str, data: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"NEWSFLOW_DATA": str(data), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], env=env, cwd=data.parent, capture_output=True, text=True, check=False
    )


def test_the_explorer_shows_stories_and_speakers(newsflow: Newsflow, data: Path) -> None:
    assert newsflow("ingest", "--data", data, ROOT / "sample").code == 0
    page = data.parent / "page.html"
    done = run("-m", "marimo", "export", "html", str(NOTEBOOK), "-o", str(page), data=data)
    assert done.returncode == 0, done.stderr
    shown = page.read_text(encoding="utf-8")
    assert "Seed library opens with 4,100 forgotten varieties" in shown
    assert "Hanne Okafor" in shown


def test_without_tables_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(str(NOTEBOOK), data=tmp_path / "data")
    assert done.returncode != 0
    assert "run `newsflow ingest SOURCE` or" in done.stderr
