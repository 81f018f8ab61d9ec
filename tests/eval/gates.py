"""Hold the quality figures of floors.toml: python -m tests.eval.gates EVALUATION_DATA [NAME...]

Runs each gate's script, reads the JSON line of figures that it prints last, and compares. Prints one line a
gate; ends with 1 if any figure falls short. NAME... chooses gates whose name contains one of the words.

What is counted per CPU second (`..._per_cpu_second`) is held as of the reference machine of yardstick.py: it
is divided by the pace that this machine has around the run. Other work beside a run only makes it slower, so
a gate with such a figure that falls short is measured again, `ATTEMPTS` times in all.
"""

import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.eval.yardstick import pace

ROOT = Path(__file__).resolve().parent.parent.parent
PER_CPU_SECOND = "_per_cpu_second"
ATTEMPTS = 3
FLOORS = Path(__file__).with_name("floors.toml")
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Gate:
    """One run of one script, and the figures that it has to reach."""

    name: str
    run: tuple[str, ...]
    at_least: Figures = field(default_factory=dict)
    at_most: Figures = field(default_factory=dict)

    @property
    def is_timed(self) -> bool:
        """Whether it holds a figure that this machine's pace decides."""
        return any(name.endswith(PER_CPU_SECOND) for name in self.at_least)


def read_gates(path: Path) -> list[Gate]:
    """The gates of a floors file."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["gate"]
    return [
        Gate(row["name"], tuple(row["run"]), row.get("at_least", {}), row.get("at_most", {})) for row in rows
    ]


def measure(gate: Gate, data: Path) -> Figures:
    """Run the gate's script. Raises RuntimeError where it fails or prints no figures."""
    command = [part.replace("{data}", str(data)).replace("{root}", str(ROOT)) for part in gate.run]
    newsflow = os.environ.get("NEWSFLOW", str(ROOT / ".venv/bin/newsflow"))
    done = subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"NEWSFLOW": newsflow},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        raise RuntimeError(
            f"{command[0]} ended with {done.returncode}: {done.stderr[-500:]}{done.stdout[-500:]}"
        )
    figures: Figures = json.loads(lines[-1])
    return figures


def measure_paced(gate: Gate, data: Path) -> Figures:
    """The gate's figures, those per CPU second as of the reference machine. Raises RuntimeError."""
    before = pace()
    figures = measure(gate, data)
    around = (before + pace()) / 2
    return {
        name: round(value / around, 1) if name.endswith(PER_CPU_SECOND) else value
        for name, value in figures.items()
    } | {"pace": round(around, 2)}


def shortfalls(gate: Gate, figures: Figures) -> list[str]:
    """What falls short; a figure that is missing does too."""
    low = [
        f"{name} {figures.get(name)} < {least}"
        for name, least in gate.at_least.items()
        if not figures.get(name, float("-inf")) >= least
    ]
    high = [
        f"{name} {figures.get(name)} > {most}"
        for name, most in gate.at_most.items()
        if not figures.get(name, float("inf")) <= most
    ]
    return low + high


def check(gate: Gate, data: Path) -> bool:
    """Measure and report one gate; whether it holds."""
    started = time.monotonic()
    short: list[str] = []
    for _ in range(ATTEMPTS if gate.is_timed else 1):
        try:
            figures = measure_paced(gate, data) if gate.is_timed else measure(gate, data)
        except RuntimeError as error:
            sys.stdout.write(f"{gate.name:22} failed: {error}\n")
            return False
        short = shortfalls(gate, figures)
        named = ", ".join(f"{name} {figures.get(name)}" for name in (*gate.at_least, *gate.at_most))
        paced = f", at a pace of {figures['pace']}" if gate.is_timed else ""
        verdict = "falls short: " + "; ".join(short) if short else "ok"
        sys.stdout.write(f"{gate.name:22} {named}{paced}  ({time.monotonic() - started:.0f} s)  {verdict}\n")
        sys.stdout.flush()
        if not short:
            break
    return not short


def main(arguments: Sequence[str]) -> int:
    """Hold every chosen gate; the exit code."""
    if not arguments or not Path(arguments[0]).is_dir():
        sys.stderr.write(f"{__doc__}\nThere is no folder {arguments[0] if arguments else '(none given)'}.\n")
        return 2
    data, words = Path(arguments[0]).resolve(), arguments[1:]
    chosen = [gate for gate in read_gates(FLOORS) if not words or any(word in gate.name for word in words)]
    held = [check(gate, data) for gate in chosen]
    sys.stdout.write(f"{sum(held)} of {len(held)} gates hold\n")
    return 0 if held and all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
