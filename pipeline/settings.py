"""Settings: where the data lies and what one item may cost. Read once at the edge, then passed down."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one bad item from costing more than itself.

    `payload_bytes`: the largest decoded payload; news pages have a median of about 0.2 MiB and the largest of
    219 measured pages has 3.6 MiB. `item_seconds`: wall time of one item in a worker; the median is 0.02.
    `feed_seconds`: the same for one feed; one of 40 entries (134 KB) takes 0.013.
    `worker_bytes`: address space of one worker process; a worker in normal use takes 0.5 GiB.
    `batch_items`, `batch_bytes`: what is under way at once, so that a kill repeats no more. Four fifths of it
    are one load; what that costs is mostly its number of statements: 1,095 pages took 4 CPU seconds more in 9
    loads than in 3. The last fifth is with the workers meanwhile: what two take in two seconds, while a load
    takes half of that. `portion_bytes`: the payloads of a batch that are held at once.
    `tidy_loads`: loads after which the tables' small files are merged.
    """

    payload_bytes: int = 16 * MIB
    item_seconds: float = 30.0
    feed_seconds: float = 5.0
    worker_bytes: int = 3 * 1024 * MIB
    batch_items: int = 1250
    batch_bytes: int = 160 * MIB
    portion_bytes: int = 16 * MIB
    tidy_loads: int = 32

    @property
    def load_items(self) -> int:
        """The items of one load."""
        return max(1, self.batch_items * 4 // 5)

    def in_loads_of(self, items: int) -> "Limits":
        """The same with so many items in a load."""
        return replace(self, batch_items=(items * 5 + 3) // 4)

    @property
    def load_bytes(self) -> int:
        """The payloads of one load."""
        return self.batch_bytes * 4 // 5

    @property
    def ahead_items(self) -> int:
        """The items that are with the workers while a batch is loaded."""
        return max(1, self.batch_items - self.load_items)

    @property
    def ahead_bytes(self) -> int:
        """The payloads of these."""
        return self.batch_bytes - self.load_bytes


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Bounds of one answer, its redirects included. `seconds`: total time; the two others are of one wait.

    `header_bytes`: below the 100 KiB at which the HTTP parser gives up. `decoded_bytes` keeps a decompression
    bomb below 30 MB: decoders hold their output up to twice (measured in tests/acquire/test_bombs.py).
    """

    wire_bytes: int = 12 * MIB
    decoded_bytes: int = 12 * MIB
    header_bytes: int = 64 * 1024
    redirects: int = 10
    seconds: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Network:
    """How Newsflow behaves towards other people's servers.

    `contact`: an address or page in the User-Agent where publishers reach the operator. `allow`: what
    the guard lets through although it is private: networks (`10.1.0.0/16`), endpoints (`wiki.example:8000`).
    `host_seconds`: from the end of one request to a host to the start of the next.
    """

    contact: str = ""
    allow: tuple[str, ...] = ()
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    host_seconds: float = 1.0
    host_requests: int = 1
    requests: int = 64
    limits: FetchLimits = field(default_factory=FetchLimits)


@dataclass(frozen=True, slots=True)
class Live:
    """How `newsflow watch` works.

    Results are loaded `batch_seconds` after the load before them began, so at once where that is longer ago,
    or when there are `batch_results`. Beyond `waiting_bytes` of results that are not loaded yet, nothing more
    is fetched. A capture file ends at `file_bytes`, and with its day. `recheck_hours`: the ages at which an
    article is asked again for revisions. `horizon_seconds`: how far ahead due pages are read from the tables
    into memory, `horizon_pages` of them at most. `look_seconds`: how often changed subscriptions are looked
    for.
    """

    batch_seconds: float = 2.0
    batch_results: int = 500
    waiting_bytes: int = 64 * MIB
    file_bytes: int = 1024 * MIB
    recheck_hours: tuple[float, ...] = (1.0, 6.0, 24.0, 168.0)
    horizon_seconds: float = 600.0
    horizon_pages: int = 20_000
    look_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Lists:
    """How archives are read that are lists of addresses: the Wayback Machine, GDELT, sitemaps, feeds, files.

    `cdx_url` answers queries for captures and `replay_url` gives one, both of the same archive; neither is
    asked again sooner than `archive_seconds` after an answer, and they are never asked at once. The Wayback
    Machine answers 24 queries a minute (2026) and shuts out who asks on for a minute beyond; 4 s are 15.
    `gdelt_url`: the folder of GDELT's files, of which those that end in `gdelt_files` are read.
    A request is tried `tries` times, `wait_seconds` later and then four times as late each time; a host that
    says 429 or 503 is left alone for `rest_seconds` at least, which doubles, and nobody is waited for longer
    than `patience_seconds`. `rows`: captures asked for at once. Of what is asked for ahead, at most `ahead`
    addresses and about `ahead_bytes` of answers wait for their turn. `documents`: feed pages or sitemaps of
    one source at most.
    """

    cdx_url: str = "https://web.archive.org/cdx/search/cdx"
    replay_url: str = "https://web.archive.org/web"
    archive_seconds: float = 4.0
    gdelt_url: str = "http://data.gdeltproject.org/gdeltv2"
    gdelt_files: tuple[str, ...] = ("export.CSV.zip", "translation.export.CSV.zip")
    tries: int = 4
    wait_seconds: float = 5.0
    rest_seconds: float = 60.0
    patience_seconds: float = 3600.0
    rows: int = 5000
    ahead: int = 256
    ahead_bytes: int = 64 * MIB
    documents: int = 50_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Where one Newsflow keeps its data, and how it works.

    `data` holds `captures/` (WARC), `staging/` (Parquet of batches under way), `tables/` (Parquet of the
    tables) and, by default, the catalog. `catalog` is `sqlite:PATH` or a PostgreSQL address
    (`postgresql://...`, or `postgres:` and a libpq connection string). `store`: where captures, tables and
    what rounds hand on are kept instead, `s3://bucket/prefix`; without one they are in `data`.
    """

    data: Path
    catalog: str
    store: str = ""
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    lock_seconds: float = 600.0
    limits: Limits = field(default_factory=Limits)
    network: Network = field(default_factory=Network)
    live: Live = field(default_factory=Live)
    lists: Lists = field(default_factory=Lists)

    @property
    def captures(self) -> Path:
        """The folder of capture files."""
        return self.data / "captures"

    @property
    def live_captures(self) -> Path:
        """The folder of capture files that `newsflow watch` writes, one folder a day."""
        return self.captures / "live"

    @property
    def secrets(self) -> Path:
        """The file of addresses with secrets in them, which no table holds."""
        return self.data / "secrets.jsonl"

    @property
    def staging(self) -> Path:
        """The folder of staged batches."""
        return self.data / "staging"

    @property
    def tables(self) -> str:
        """The path or address of the tables' Parquet files."""
        return f"{self.store or self.data}/tables"


def settings_for(
    data: Path, catalog: str | None = None, workers: int | None = None, store: str = ""
) -> Settings:
    """The settings for a data folder, with a SQLite catalog inside it unless `catalog` names another."""
    data = data.expanduser().absolute()
    settings = Settings(data=data, catalog=catalog or f"sqlite:{data / 'catalog.sqlite'}", store=store)
    return settings if workers is None else replace(settings, workers=max(1, workers))
