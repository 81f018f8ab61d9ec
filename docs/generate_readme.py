"""Write the shown output in README.md and docs/feeds.md again: `make docs`. A test fails when it is stale.

Every command of every console block is run, in order and on one fresh data folder, in a wide terminal; what
stands below a command is replaced by what it prints. `make run` runs without its set-up. The page on feeds
begins with the rows that docs/feeds_example.sql writes; moments in what it prints are one and the same.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect

ROOT = Path(__file__).parent.parent
PAGES = {"README.md": None, "docs/feeds.md": "docs/feeds_example.sql"}
MOMENT, SHOWN_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b"), "2026-11-25 08:00:00"
NEWSFLOW = f"{sys.executable} -m pipeline"
SHOWN_NEWSFLOW, SHOWN_DATA, SHOWN_TIME = ".venv/bin/newsflow", "/home/you/newsflow/data", "in 1.2 s"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.M | re.S)
COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.M)


def render(page: str, example: str | None = None) -> str:
    """The page with the output of today's code, on the rows of an example where one is given."""
    with tempfile.TemporaryDirectory(prefix="newsflow-readme-") as folder:
        data = Path(folder) / "data"
        if example:
            with connect(settings_for(data)) as connection:
                connection.execute((ROOT / example).read_text(encoding="utf-8"))
        return BLOCK.sub(lambda block: COMMAND.sub(lambda found: _shown(found, data), block.group()), page)


def _shown(found: re.Match[str], data: Path) -> str:
    command = found["command"]
    return f"$ {command}\n{_run(command, data)}"


def _run(command: str, data: Path) -> str:
    words = shlex.split(command.replace("\\\n", ""))
    if words == ["make", "run"]:
        words = ["make", "--no-print-directory", "sample", f"NEWSFLOW={NEWSFLOW}", f"DATA={data}"]
    elif words[0] == "newsflow":
        words = [*shlex.split(NEWSFLOW), *words[1:]]
    else:
        raise ValueError(f"no way to test `{command}`: write it in a block that is not `console`")
    dropped = ("FORCE_COLOR", "GITHUB_ACTIONS", "MAKEFLAGS", "MAKELEVEL", "NEWSFLOW_CATALOG")
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env |= {"NEWSFLOW_DATA": str(data), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "160"}
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"`{command}` ended with {done.returncode}: {done.stderr}")
    printed = done.stdout.replace(NEWSFLOW, SHOWN_NEWSFLOW).replace(str(data), SHOWN_DATA)
    printed = MOMENT.sub(SHOWN_MOMENT, re.sub(r"\bin [\d.]+ s\b", SHOWN_TIME, printed))
    return re.sub(r"[ \t]+$", "", printed, flags=re.M).rstrip("\n") + "\n"


if __name__ == "__main__":
    for name, example in PAGES.items():
        page = ROOT / name
        page.write_text(render(page.read_text(encoding="utf-8"), example), encoding="utf-8")
