"""`newsflow backfill` in small batches, with a byte in a file for each item that is handed to a worker.

    python -m tests.faults.backfill_driver WORK LOADS ARGUMENT...

Files are merged every two loads. After LOADS loads the process group kills itself, between the commit and
what comes after it; 0 for never.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline import batch
from pipeline.cli import backfill, main
from pipeline.cli.options import settings
from pipeline.settings import Limits, Settings
from pipeline.warehouse.load import Loaded, load_staged
from pipeline.work import Workers

BATCH_ITEMS = 10


def drive(work: str, loads: int, arguments: list[str]) -> None:
    """Run the command."""
    submit = Workers.submit
    seen: list[Loaded] = []

    def small(data: Path, catalog: str | None, workers: int | None) -> Settings:
        return replace(settings(data, catalog, workers), limits=Limits(batch_items=BATCH_ITEMS, tidy_loads=2))

    def counted(workers: Workers, function: Callable[..., Any], *args: Any) -> Any:
        with Path(work).open("ab") as file:
            file.write(b".")
        return submit(workers, function, *args)

    def killing(*args: Any) -> Loaded:
        seen.append(load_staged(*args))
        if len(seen) == loads:
            os.killpg(0, signal.SIGKILL)
        return seen[-1]

    sys.argv = ["newsflow", "backfill", *arguments]
    with (
        patch.object(backfill, "settings", small),
        patch.object(batch, "load_staged", killing),
        patch.object(Workers, "submit", counted),
    ):
        main()


if __name__ == "__main__":
    drive(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
