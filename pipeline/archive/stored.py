"""Capture files and the store (store.py): they go there before anything counts in them, and come back.

In a data folder that is the store itself, they are where they were written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

from pipeline.archive.captures import list_capture_files
from pipeline.settings import Settings
from pipeline.store import store_of

FOLDER = "captures"


def put_captures(settings: Settings, warc_file: str) -> None:
    """Bring a capture file that is complete into the store. Raises WarehouseError."""
    store_of(settings).put(settings.captures / warc_file, f"{FOLDER}/{warc_file}")


@contextmanager
def captured(settings: Settings, warc_file: str) -> Iterator[Path]:
    """A capture file to be read here; what came from afar for this is gone afterwards.

    Raises FileNotFoundError, WarehouseError.
    """
    path = settings.captures / warc_file
    if path.exists() or not settings.store:
        yield path
        return
    folder = settings.staging / f"captured-{uuid4().hex}"
    try:
        store_of(settings).get(f"{FOLDER}/{warc_file}", folder / warc_file)
        yield folder / warc_file
    finally:
        rmtree(folder, ignore_errors=True)


def list_captured(settings: Settings) -> list[str]:
    """The capture files of the store, as `captured` takes them. Raises WarehouseError."""
    if not settings.store:
        folder = settings.captures
        return [path.relative_to(folder).as_posix() for path in list_capture_files(folder)]
    return sorted(name.removeprefix(f"{FOLDER}/") for name in store_of(settings).names(FOLDER))


def bring_captures(settings: Settings) -> None:
    """Bring all capture files here that are not, to be read many times; they stay. Raises WarehouseError."""
    if not settings.store:
        return
    for warc_file in list_captured(settings):
        path = settings.captures / warc_file
        if not path.exists():
            store_of(settings).get(f"{FOLDER}/{warc_file}", path)
