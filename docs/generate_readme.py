"""Write the shown output in README.md again: `make docs`. A test fails when it is stale.

Every command of every console block is run, in order and on one fresh data folder, in a wide terminal; what
stands below a command is replaced by what it prints. `make run` runs without its set-up.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "README.md"
NEWSFLOW = f"{sys.executable} -m pipeline"
SHOWN_NEWSFLOW, SHOWN_DATA, SHOWN_TIME = ".venv/bin/newsflow", "/home/you/newsflow/data", "in 1.2 s"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.M | re.S)
COMMAND = re.compile(r"^\$ (?P<command>(?:.*\\\n)*.*)\n(?P<output>(?:(?!\$ ).*\n)*)", re.M)


def render(page: str) -> str:
    """The page with the output of today's code."""
    with tempfile.TemporaryDirectory(prefix="newsflow-readme-") as folder:
        data = Path(folder) / "data"
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
        raise ValueError(
            f"no way to test `{command}` in {PAGE.name}: write it in a block that is not `console`"
        )
    dropped = ("FORCE_COLOR", "GITHUB_ACTIONS", "MAKEFLAGS", "MAKELEVEL", "NEWSFLOW_CATALOG")
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env |= {"NEWSFLOW_DATA": str(data), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "160"}
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"`{command}` in {PAGE.name} ended with {done.returncode}: {done.stderr}")
    printed = done.stdout.replace(NEWSFLOW, SHOWN_NEWSFLOW).replace(str(data), SHOWN_DATA)
    printed = re.sub(r"\bin [\d.]+ s\b", SHOWN_TIME, printed)
    return re.sub(r"[ \t]+$", "", printed, flags=re.M).rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
