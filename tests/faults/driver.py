"""An ingest in small batches, as a process: `python -m tests.faults.driver DATA CATALOG SOURCE...`."""

import dataclasses
import sys
from datetime import UTC, datetime
from pathlib import Path

from pipeline import batch
from pipeline.archive.sources import read_source
from pipeline.archive.writing import BatchInfo
from pipeline.cli.running import open_run
from pipeline.settings import Limits, settings_for

BATCH_ITEMS = 12


def main(data: str, catalog: str, *sources: str) -> None:
    settings = settings_for(Path(data), catalog or None, workers=2)
    settings = dataclasses.replace(settings, limits=Limits(batch_items=BATCH_ITEMS))
    now = datetime.now(UTC)
    found = (one for source in sources for one in read_source(source, settings.limits, now))
    with open_run(settings, "ingesting") as run:
        batch.ingest(found, BatchInfo("ingest", "driver", now), run)


if __name__ == "__main__":
    main(*sys.argv[1:])
