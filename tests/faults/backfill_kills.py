"""A backfill of mixed archives that is killed at random moments, again and again, and each time goes on.

    python -m tests.faults.backfill_kills [KILLS] [--catalog ADDRESS] [--seed N] [OPTION-OF-BACKFILL...]

Each run is killed with its workers (SIGKILL to the process group) after a random amount of work and a random
moment more. At the end comes a run that gets through. The tables must be those of an undisturbed run.

How much is done twice is bounded too. The work is the number of items handed to workers, over all runs. What
is under way at any time is a batch at the most (batch.py): four fifths of it are loaded while a fifth is with
the workers, so that no core waits for a load. That is all that a kill repeats, never what was committed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import settings_for
from pipeline.warehouse.check import run_checks
from tests.conftest import ROOT
from tests.faults.archives import write_archives
from tests.faults.backfill_driver import BATCH_ITEMS
from tests.warehouse.loading import contents, open_warehouse

Tables = dict[str, list[tuple[object, ...]]]
ITEMS_A_KILL = (
    14  # of the archives: more than what a kill repeats, so that kills fall from the first part to the last
)
MOMENT = (
    0.3  # seconds at the most between the work that was waited for and the kill: a batch takes about as long
)
START_SECONDS, RUN_SECONDS = 5.0, 600.0
MARKS = "select part, filter, position, is_done, items, passed from marks order by all"


@dataclass(frozen=True)
class Backfilled:
    """One warehouse that a backfill fills from `sources`, with more `options` of the command."""

    data: Path
    catalog: str
    sources: Path
    options: Sequence[str] = ()

    def start(self, loads: int = 0) -> subprocess.Popen[bytes]:
        """The command as a process group of its own; killed by itself after so many loads."""
        where = ["--data", str(self.data), *(["--catalog", self.catalog] if self.catalog else [])]
        arguments = [str(self._work), str(loads), str(self.sources), *where, "--workers", "2", *self.options]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.backfill_driver", *arguments],
            cwd=ROOT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    @property
    def _work(self) -> Path:
        return self.data.with_name(f"{self.data.name}.work")

    @property
    def work(self) -> int:
        """Items handed to workers until now, by all runs."""
        return self._work.stat().st_size if self._work.exists() else 0

    def through(self) -> str:
        """Run to the end; nothing where that went well, else what was said."""
        process = self.start()
        _, said = process.communicate(timeout=RUN_SECONDS)
        return f"code {process.returncode}: {said.decode()[-2000:]}" if process.returncode else ""

    def tables(self) -> Tables:
        """All tables, and the marks, without what differs between two runs."""
        with open_warehouse(self.data, self.catalog or None) as run:
            marks = run.connection.execute(MARKS).fetchall()
            return {**contents(run.connection), "marks": marks}

    def offences(self) -> list[str]:
        """What the checks of the warehouse find."""
        found = run_checks(settings_for(self.data, self.catalog or None))
        return [f"{one.name}: {one.offenders} {one.examples}" for one in found if one.offenders]


def killed(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> int:
    """Send the signal to the whole group; the exit code."""
    os.killpg(process.pid, number)
    process.communicate(timeout=RUN_SECONDS)
    return process.returncode


def await_work(process: subprocess.Popen[bytes], backfilled: Backfilled, work: int) -> bool:
    """Wait until so much work was begun; whether the process is still there."""
    while backfilled.work < work and process.poll() is None:
        time.sleep(0.005)
    return process.poll() is None


def kill_often(backfilled: Backfilled, kills: int, items: int, seed: int) -> int:
    """Kill so many runs, or fewer if one gets through; how many were killed."""
    chance = random.Random(seed)
    for number in range(kills):
        process = backfilled.start()
        if chance.random() < 0.1:  # while it starts
            time.sleep(chance.uniform(0, START_SECONDS))
        else:
            more = chance.randrange(2 * (items // kills + BATCH_ITEMS // 4))
            await_work(process, backfilled, backfilled.work + more)
            time.sleep(chance.uniform(0, MOMENT))
        if process.poll() is not None:
            return number
        killed(process)
    return kills


def differences(quiet: Backfilled, disturbed: Backfilled, kills: int) -> Iterator[str]:
    """What tells a warehouse after kills from an undisturbed one."""
    wanted, found = quiet.tables(), disturbed.tables()
    yield from (
        f"{name} differs: {len(found[name])} rows for {len(rows)}"
        for name, rows in wanted.items()
        if found[name] != rows
    )
    yield from disturbed.offences()
    repeated = disturbed.work - quiet.work
    if not 0 <= repeated <= kills * BATCH_ITEMS:
        yield f"{repeated} of {quiet.work} items were worked on again in {kills} kills"


def killed_backfill(
    folder: Path, catalog: str, kills: int, seed: int, options: Sequence[str] = ()
) -> list[str]:
    """Kill a backfill so often, let it get through, and say all that is wrong."""
    items = max(48, kills * ITEMS_A_KILL)
    sources = write_archives(folder / "archives", items)
    quiet = Backfilled(folder / "quiet", "", sources, options)
    disturbed = Backfilled(folder / "disturbed", catalog, sources, options)
    if problem := quiet.through():
        return [f"the undisturbed run: {problem}"]
    fallen = kill_often(disturbed, kills, quiet.work, seed)
    if problem := disturbed.through():
        return [f"after {fallen} kills: {problem}"]
    sys.stdout.write(f"{fallen} kills, {quiet.work} items, {disturbed.work - quiet.work} worked on again\n")
    too_few = [f"only {fallen} of {kills} kills fell before the end"] if fallen <= kills // 2 else []
    return [*too_few, *differences(quiet, disturbed, fallen)]


def main() -> int:
    """Kill, compare, print what is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kills", type=int, nargs="?", default=100)
    parser.add_argument("--catalog", default="", help="a PostgreSQL address (default: SQLite)")
    parser.add_argument("--seed", type=int, default=20260302)
    args, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="newsflow-kills-") as folder:
        problems = killed_backfill(Path(folder), args.catalog, args.kills, args.seed, options)
    said = problems or [f"{args.kills} kills: nothing lost, nothing doubled"]
    sys.stdout.write("".join(f"{one}\n" for one in said))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
