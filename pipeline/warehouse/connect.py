"""Connections: DuckDB with the DuckLake catalog attached as `newsflow` and its schema in use."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import gettempdir

import duckdb

from pipeline.errors import UsageError, WarehouseError
from pipeline.settings import Settings
from pipeline.warehouse.bucket import reach_bucket
from pipeline.warehouse.catalog import Catalog, SqliteCatalog, parse_catalog
from pipeline.warehouse.lock import writer_lock
from pipeline.warehouse.migrate import current_version, migrate, require_known
from pipeline.warehouse.sql_files import read_sql

LAKE = "newsflow"
MAIN = "main"
NO_TABLES = "no tables in {} yet: run `newsflow ingest SOURCE` or `newsflow feeds add URL` first"
ABSENT = "creating a new DuckLake is explicitly disabled"  # what a reader of an empty database is told
# How long SQLite waits for another connection's commit; commits take about 0.1 s.
BUSY_MILLISECONDS = 30_000
# Tables with texts are merged, read and changed a row group at a time. With DuckLake's 122,880 rows in each,
# a merge of 16,000 articles took 280 MiB, and each change of stories among them 150; now 40 and 50.
ROW_GROUPS = {"articles": 2048, "article_revisions": 2048}


@contextmanager
def connect(
    settings: Settings, *, read_only: bool = False, on_wait: Callable[[], None] = lambda: None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse, its schema known or brought up to date.

    A writer creates the catalog where there is none; a reader never writes. Raises UsageError where a reader
    finds no warehouse, WarehouseError where it cannot be opened, SchemaTooNewError.
    """
    catalog = parse_catalog(settings.catalog)
    if read_only and not is_made(settings):
        raise UsageError(NO_TABLES.format(settings.data))
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})  # until ours are loaded
    # Commands speak for themselves: DuckDB would draw a bar of its own over their output.
    connection.execute("set enable_progress_bar = false")
    # What does not fit into memory goes to the system's temporary folder, not to the one the user stands in.
    connection.execute(f"set temp_directory = {quote(f'{gettempdir()}/newsflow-{os.getpid()}')}")
    try:
        _load_extensions(connection, catalog, settings)
        if read_only:
            if isinstance(catalog, SqliteCatalog):
                _read_one_snapshot(connection)
            _attach(connection, catalog, settings, read_only=True)
            require_known(current_version(connection)[0])
        else:
            _open_for_writing(connection, catalog, settings, on_wait)
        yield connection
    finally:
        connection.close()


def is_made(settings: Settings) -> bool:
    """Whether there is a catalog; one in PostgreSQL is taken to be there."""
    catalog = parse_catalog(settings.catalog)
    return not isinstance(catalog, SqliteCatalog) or catalog.path.exists()


def _open_for_writing(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, settings: Settings, on_wait: Callable[[], None]
) -> None:
    """Attach and migrate under the writer's lock: two writers may meet at an empty catalog."""
    if not settings.store:
        Path(settings.tables).mkdir(parents=True, exist_ok=True)
    if isinstance(catalog, SqliteCatalog):
        catalog.path.parent.mkdir(parents=True, exist_ok=True)
    # A load is some forty small statements beside busy workers: on one thread it takes 0.16 CPU seconds,
    # on two 0.29, and no longer.
    connection.execute("set threads = 1")
    # A load reads little twice; cached Parquet would only fill the memory that the workers need.
    connection.execute("set enable_external_file_cache = false")
    with writer_lock(settings, on_wait):
        _attach(connection, catalog, settings, read_only=False)
        migrate(connection)
        _bound_row_groups(connection)


def _bound_row_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """See that wide tables are written in small row groups; a size that somebody else has chosen stays."""
    rows = connection.execute(read_sql("upkeep/tables_with_row_groups.sql"), {"lake": LAKE}).fetchall()
    chosen = {name for (name,) in rows}
    for table, size in ROW_GROUPS.items():
        if f"{MAIN}.{table}" not in chosen:
            option = f"'parquet_row_group_size', {size}, table_name => {quote(table)}"
            connection.execute(f"call {LAKE}.set_option({option})")


def _read_one_snapshot(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep a reader of a SQLite catalog on the snapshot that its transaction began with.

    On several threads DuckDB scans a SQLite catalog through further connections, which see commits made since
    the transaction began: deleted rows reappear (docs/decisions/0007). PostgreSQL shares one snapshot.
    """
    connection.execute("set threads = 1")


def _load_extensions(connection: duckdb.DuckDBPyConnection, catalog: Catalog, settings: Settings) -> None:
    """Load from the installed packages, in place: nothing is fetched, nothing written to the home folder.

    DuckDB would verify the signature of each on every load: 0.14 CPU seconds of SHA-256, twice, of the 0.66
    that a short command took. Signatures are for what comes over the network; these files come as this code
    does, from packages whose hashes pip compares. Whatever is loaded later needs a signature
    (docs/decisions/0019).
    """
    connection.execute("set autoinstall_known_extensions = false")
    scanner = "sqlite_scanner" if isinstance(catalog, SqliteCatalog) else "postgres_scanner"
    for name in ("ducklake", scanner, *(["httpfs"] if settings.store else [])):
        connection.execute(f"load {quote(str(_extension_file(name)))}")
    connection.execute("set allow_unsigned_extensions = false")
    if settings.store:
        reach_bucket(connection)


def _extension_file(name: str) -> Path:
    """The binary of an extension for this DuckDB. Raises WarehouseError where its package does not fit."""
    version = f"v{duckdb.__version__}"
    try:
        file = (
            Path(str(files(f"duckdb_extension_{name}"))) / "extensions" / version / f"{name}.duckdb_extension"
        )
    except ModuleNotFoundError as error:
        raise WarehouseError(
            f"the package duckdb-extension-{name} is missing: install newsflow again, for S3 as newsflow[s3]"
        ) from error
    if not file.exists():
        raise WarehouseError(f"duckdb-extension-{name} is not for DuckDB {version}: install newsflow again")
    return file


def _attach(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, settings: Settings, *, read_only: bool
) -> None:
    options = [f"data_path {quote(f'{settings.tables}/')}", "override_data_path true"]
    if isinstance(catalog, SqliteCatalog):
        options += ["meta_journal_mode 'WAL'", f"meta_busy_timeout {BUSY_MILLISECONDS}"]
    # Inlined rows meet open bugs on tables that are updated or sorted, and nearly all of these are.
    options += ["read_only"] if read_only else ["data_inlining_row_limit 0"]
    try:
        connection.execute(f"attach {quote(catalog.address)} as {LAKE} ({', '.join(options)})")
    except duckdb.Error as error:
        if read_only and ABSENT in str(error):
            raise UsageError(NO_TABLES.format(settings.data)) from error
        raise WarehouseError(
            f"cannot open the warehouse at {settings.catalog}: {_first_line(error)}"
        ) from error
    connection.execute(f"use {LAKE}.{MAIN}")
    connection.execute("set TimeZone = 'UTC'")


def quote(text: str) -> str:
    """A SQL string literal; for the few statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
