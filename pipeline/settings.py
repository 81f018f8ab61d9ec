"""Settings: where the data lies and what one item may cost. Read once at the edge, then passed down."""

import os
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one bad item from costing more than itself.

    `payload_bytes`: the largest decoded payload; news pages have a median of about 0.2 MiB and the largest of
    219 measured pages has 3.6 MiB. `item_seconds`: wall time of one item in a worker; the median is 0.02.
    `feed_seconds`: the same for one feed; one of 40 entries (134 KB) takes 0.013.
    `worker_bytes`: address space of one worker process; a worker in normal use takes 0.5 GiB.
    """

    payload_bytes: int = 16 * MIB
    item_seconds: float = 30.0
    feed_seconds: float = 5.0
    worker_bytes: int = 3 * 1024 * MIB
    batch_items: int = 1000
    batch_bytes: int = 32 * MIB


@dataclass(frozen=True, slots=True)
class Settings:
    """Where one Newsflow keeps its data, and how it works.

    `data` holds `captures/` (WARC), `staging/` (Parquet of batches under way), `tables/` (Parquet of the
    tables) and, by default, the catalog. `catalog` is `sqlite:PATH` or a PostgreSQL address
    (`postgresql://...`, or `postgres:` and a libpq connection string).
    """

    data: Path
    catalog: str
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    lock_seconds: float = 600.0
    limits: Limits = field(default_factory=Limits)

    @property
    def captures(self) -> Path:
        """The folder of capture files."""
        return self.data / "captures"

    @property
    def staging(self) -> Path:
        """The folder of staged batches."""
        return self.data / "staging"

    @property
    def tables(self) -> Path:
        """The folder of the tables' Parquet files."""
        return self.data / "tables"


def settings_for(data: Path, catalog: str | None = None, workers: int | None = None) -> Settings:
    """The settings for a data folder, with a SQLite catalog inside it unless `catalog` names another."""
    data = data.expanduser().absolute()
    settings = Settings(data=data, catalog=catalog or f"sqlite:{data / 'catalog.sqlite'}")
    if workers is None:
        return settings
    return Settings(data=data, catalog=settings.catalog, workers=max(1, workers))
