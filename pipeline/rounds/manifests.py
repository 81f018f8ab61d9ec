"""Manifests: what a share has captured, on its way to the tables.

    arrived/NAME/manifest.json        which batch it is, its capture file, and its refusals' count
    arrived/NAME/feeds.parquet entries.parquet polls.parquet attempts.parquet
    arrived/NAME/examined/            the staged batch, once its items were examined
    arrived/NAME                      is gone when it is loaded

A manifest appears under its name complete, or not at all, and after its capture file.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from pipeline.archive.captures import sync_folder
from pipeline.archive.writing import BatchInfo
from pipeline.errors import SourceError
from pipeline.notes import Attempt, Noted
from pipeline.rounds.share import Share
from pipeline.settings import Settings
from pipeline.warehouse.live_rows import LiveRows, Row
from pipeline.warehouse.stage import stage_rows

ARRIVED, EXAMINED, PART = "arrived", "examined", ".part-"
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


def folder_of(settings: Settings, name: str) -> Path:
    """Where a manifest lies."""
    return settings.data / ARRIVED / name


def list_waiting(settings: Settings) -> list[str]:
    """The names of manifests that are not loaded yet, the oldest first."""
    found = (settings.data / ARRIVED).glob("*/manifest.json")
    times = sorted((path.stat().st_mtime, path.parent.name) for path in found)
    return [name for _, name in times if not name.startswith(PART)]


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


def write_manifest(settings: Settings, name: str, info: BatchInfo, noted: Noted) -> Manifest:
    """Bring a manifest to disk. Raises OSError."""
    part = folder_of(settings, f"{PART}{uuid4().hex}")
    attempts = [one.row | {"check_at": one.check_at} for one in noted.attempts]
    rows = noted.rows
    stage_rows(part, dict(zip(TABLES, (rows.feeds, rows.entries, rows.polls, attempts), strict=True)))
    items = sum(one.row["capture_id"] is not None for one in noted.attempts)
    manifest = Manifest(name, info, noted.file.path, items)
    (part / "manifest.json").write_text(json.dumps(_as_plain(manifest)), encoding="utf-8")
    for path in part.iterdir():
        _sync(path)
    sync_folder(part)
    part.rename(folder_of(settings, name))
    sync_folder(settings.data / ARRIVED)
    return manifest


def read_manifest(settings: Settings, name: str) -> Manifest:
    """A manifest that waits. Raises SourceError where there is none of that name."""
    try:
        text = (folder_of(settings, name) / "manifest.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SourceError(
            f"no manifest {name} waits in {settings.data / ARRIVED}: `newsflow round waiting` lists them"
        ) from error
    said = json.loads(text)
    info = BatchInfo(said["kind"], said["source"], datetime.fromisoformat(said["started_at"]))
    return Manifest(name, info, said["capture_file"], said["items"])


def read_tables(settings: Settings, name: str) -> tuple[LiveRows, list[Attempt]]:
    """What a manifest says of feeds, entries and polls, and its attempts."""
    folder = folder_of(settings, name)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        feeds, entries, polls, attempts = (_rows(connection, folder / f"{table}.parquet") for table in TABLES)
    made = [Attempt(row, row.pop("check_at")) for row in attempts]
    return LiveRows(feeds, entries, polls, []), made


def keep_examined(settings: Settings, name: str, staged: Path) -> None:
    """Put the staged batch of a manifest beside it; where there is one already, that one stays."""
    target = folder_of(settings, name) / EXAMINED
    if target.exists():
        shutil.rmtree(staged)
    else:
        staged.rename(target)


def is_waiting(settings: Settings, name: str) -> bool:
    """Whether a manifest is not loaded yet."""
    return (folder_of(settings, name) / "manifest.json").exists()


def discard_manifest(settings: Settings, name: str) -> None:
    """Remove a manifest that is loaded; at once, so that a kill leaves nothing that counts."""
    gone = folder_of(settings, f"{PART}{uuid4().hex}")
    folder_of(settings, name).rename(gone)
    shutil.rmtree(gone)


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> list[Row]:
    found = connection.execute("from read_parquet($path)", {"path": str(path)})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _as_plain(manifest: Manifest) -> dict[str, object]:
    info = manifest.info
    return {
        "kind": info.kind,
        "source": info.source,
        "started_at": info.started_at.isoformat(),
        "capture_file": manifest.capture_file,
        "items": manifest.items,
    }


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
