"""Manifests: what a share has captured, on its way to the tables.

    arrived/NAME.zip      manifest.json: which batch it is, its capture file, items to be examined
                          feeds.parquet entries.parquet polls.parquet attempts.parquet
    examined/NAME.zip     the staged batch, once its items were examined

Both are files of the store. A manifest appears after its capture file, and is gone when it is loaded.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from shutil import rmtree
from uuid import uuid4
from zipfile import ZipFile

import duckdb

from pipeline.archive.writing import BatchInfo
from pipeline.errors import SourceError
from pipeline.notes import Attempt, Noted
from pipeline.rounds.share import Share
from pipeline.settings import Settings
from pipeline.store import store_of
from pipeline.warehouse.live_rows import LiveRows, Row
from pipeline.warehouse.stage import stage_rows

ARRIVED, EXAMINED = "arrived", "examined"
# A page takes a worker 20 ms: about 20 seconds of one core, far more than the second that a task costs.
GROUP_ITEMS = 1000
TABLES = ("feeds", "entries", "polls", "attempts")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One batch of results. `capture_file` is relative to the captures; `items`: captures to be examined."""

    name: str
    info: BatchInfo
    capture_file: str
    items: int
    rows: LiveRows
    attempts: list[Attempt]


def list_waiting(settings: Settings) -> list[str]:
    """The names of manifests that are not loaded yet, the oldest first."""
    return _names(settings, ARRIVED)


def list_of(settings: Settings, share: Share) -> list[str]:
    """The names of those manifests that a share has written."""
    own = re.compile(rf"{re.escape(share.name)}-\d{{4,}}")
    return [name for name in list_waiting(settings) if own.fullmatch(name)]


def in_groups(settings: Settings, names: Iterable[str]) -> list[list[str]]:
    """Manifests in their order, in groups of about GROUP_ITEMS items, for tasks side by side."""
    groups: list[list[str]] = []
    room = 0
    for name in names:
        items = read_manifest(settings, name).items
        if not groups or items > room:
            groups.append([])
            room = GROUP_ITEMS
        groups[-1].append(name)
        room -= items
    return groups


def write_manifest(settings: Settings, name: str, noted: Noted) -> None:
    """Bring a manifest into the store. Raises OSError, WarehouseError."""
    attempts = [one.row | {"check_at": one.check_at} for one in noted.attempts]
    rows = noted.rows
    tables = dict(zip(TABLES, (rows.feeds, rows.entries, rows.polls, attempts), strict=True))
    folder = stage_rows(settings.staging / f"manifest-{uuid4().hex}", tables)
    said = {
        "kind": noted.info.kind,
        "source": noted.info.source,
        "started_at": noted.info.started_at.isoformat(),
        "capture_file": noted.file.path,
        "items": sum(one.row["capture_id"] is not None for one in noted.attempts),
    }
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    _pack(settings, folder, f"{ARRIVED}/{name}.zip")


def read_manifest(settings: Settings, name: str) -> Manifest:
    """A manifest that waits. Raises SourceError where there is none of that name."""
    try:
        with _unpacked(settings, f"{ARRIVED}/{name}.zip") as folder:
            said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            feeds, entries, polls, attempts = _read_tables(folder)
    except FileNotFoundError as error:
        raise SourceError(f"no manifest {name} waits: `newsflow round waiting` lists them") from error
    info = BatchInfo(said["kind"], said["source"], datetime.fromisoformat(said["started_at"]))
    made = [Attempt(row, row.pop("check_at")) for row in attempts]
    return Manifest(
        name, info, said["capture_file"], said["items"], LiveRows(feeds, entries, polls, []), made
    )


def keep_examined(settings: Settings, name: str, staged: Path) -> None:
    """Put the staged batch of a manifest into the store; examined twice, it is the same."""
    _pack(settings, staged, f"{EXAMINED}/{name}.zip")


@contextmanager
def examined(settings: Settings, name: str) -> Iterator[Path]:
    """The staged batch of a manifest. Raises SourceError where it has not been examined."""
    try:
        with _unpacked(settings, f"{EXAMINED}/{name}.zip") as folder:
            yield folder
    except FileNotFoundError as error:
        raise SourceError(
            f"manifest {name} is not examined: run `newsflow round examine {name}` first"
        ) from error


def discard_manifest(settings: Settings, name: str) -> None:
    """Remove a manifest that is loaded. After a kill in between it is examined again, and brings nothing."""
    store = store_of(settings)
    store.remove(f"{EXAMINED}/{name}.zip")
    store.remove(f"{ARRIVED}/{name}.zip")


def discard_stray(settings: Settings) -> None:
    """Remove what was examined once more after its load."""
    found = _names(settings, EXAMINED)  # asked for first: what arrives meanwhile is none of them
    waiting = set(list_waiting(settings))
    for name in found:
        if name not in waiting:
            store_of(settings).remove(f"{EXAMINED}/{name}.zip")


def _names(settings: Settings, folder: str) -> list[str]:
    return [PurePosixPath(name).stem for name in store_of(settings).names(folder)]


def _pack(settings: Settings, folder: Path, name: str) -> None:
    """Bring the files of a local folder into the store as one; the folder is gone then."""
    packed = folder.with_suffix(".zip")
    with ZipFile(packed, "w") as file:  # Parquet is packed in itself
        for path in sorted(folder.iterdir()):
            file.write(path, path.name)
    store_of(settings).put(packed, name)
    rmtree(folder)


@contextmanager
def _unpacked(settings: Settings, name: str) -> Iterator[Path]:
    """The files that were packed, in a folder that is gone afterwards. Raises FileNotFoundError."""
    folder = settings.staging / f"unpacked-{uuid4().hex}"
    packed = folder.with_suffix(".zip")
    try:
        store_of(settings).get(name, packed)
        with ZipFile(packed) as file:
            file.extractall(folder)
        yield folder
    finally:
        packed.unlink(missing_ok=True)
        rmtree(folder, ignore_errors=True)


def _read_tables(folder: Path) -> list[list[Row]]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return [_rows(connection, folder / f"{table}.parquet") for table in TABLES]


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> list[Row]:
    found = connection.execute("from read_parquet($path)", {"path": str(path)})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
