"""A watch and a backfill at once on one warehouse: both finish, and nothing is lost or there twice."""

import asyncio
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from pipeline.warehouse.connect import connect
from tests.conftest import COMMAND
from tests.faults.archives import write_archives
from tests.live.clocks import FastClock
from tests.live.driver import kill_settings
from tests.live.driving import subscribe
from tests.live.kills import HOSTS, LATER, QUIET_SPEED, coast_of, differences, run_to_end, start_watch

SPEED = 60.0


async def backfill(folder: Path, data: Path) -> str:
    """The command, to its end; what went wrong."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "backfill",
        str(folder / "archives"),
        "--data",
        str(data),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return f"the backfill failed: {said.decode()[-2000:]}" if process.returncode else ""


async def both(folder: Path) -> list[str]:
    """Run them at once, then the watch alone until nothing is due; all that is wrong."""
    clock = FastClock(datetime.now(UTC), SPEED)
    data = folder / "data"
    settings = kill_settings(data, "")
    async with coast_of(clock) as coast:
        with connect(settings) as connection:
            subscribe(connection, settings, (coast.pages.url(f"{host}/feed") for host in HOSTS), clock.now())
        watch = await start_watch(data, "", clock)
        problem = await backfill(folder, data)
        watch.send_signal(signal.SIGTERM)
        _, said = await watch.communicate()
        if problem or watch.returncode:
            return [problem or f"the watch failed: {said.decode()[-2000:]}"]
        coast.closed_at = clock.now()
        coast.pages.clock = quiet = clock.slowed(QUIET_SPEED, LATER)
        problem = await run_to_end(data, "", quiet)
        return [problem] if problem else list(differences(coast, settings, addresses(folder / "alone")))


def addresses(data: Path) -> Counter[str]:
    with connect(kill_settings(data, ""), read_only=True) as connection:
        return Counter(row[0] for row in connection.execute("select canonical_url from articles").fetchall())


def test_a_watch_and_a_backfill_at_once(tmp_path: Path) -> None:
    write_archives(tmp_path / "archives", 80)
    assert asyncio.run(backfill(tmp_path, tmp_path / "alone")) == ""
    assert asyncio.run(both(tmp_path)) == []
