"""Addresses with secrets in them, for requests; what tables and logs hold of them.

A private feed's address works only with its token, and tables are shared with many. They hold the address
with its secrets hidden and a mark behind it (`https://news.example/feed?token=REDACTED#1f3a5c7e`); the
address itself stands in one file of the data folder that only its owner can read. With a store of many
machines (store.py) it stands there as well, in an object for each time that new ones came.
"""

import hashlib
import json
import os
from pathlib import Path
from uuid import uuid4

from pipeline.acquire.redact import redact
from pipeline.settings import Settings
from pipeline.store import Store, store_of

MARK_BYTES = 4
FOLDER = "secrets"


class Secrets:
    """The file, read anew when it grew. `hide` and `reveal` are inverse; `save` writes what is new."""

    def __init__(self, path: Path, shared: Store | None = None) -> None:
        self._path = path
        self._shared = shared
        self._taken: set[str] = set()  # names in the store
        self._known: dict[str, str] = {}
        self._new: list[str] = []
        self._size = 0  # of the file when it was read
        self._read()

    def _read(self) -> None:
        """Take in what the file holds: another process may have added to it."""
        size = self._path.stat().st_size if self._path.exists() else 0
        if size != self._size:
            self._known = dict(_pairs(self._path.read_text(encoding="utf-8"))) | self._known
            self._size = size
        if self._shared is not None:
            self._read_shared(self._shared)

    def _read_shared(self, shared: Store) -> None:
        """Take in what other machines have added to the store."""
        for name in shared.names(FOLDER):
            if name not in self._taken:
                self._known = dict(_pairs(shared.read(name).decode())) | self._known
                self._taken.add(name)

    def hide(self, url: str) -> str:
        """The address as tables hold it: itself, without fragment, where nothing in it is secret."""
        shown = redact(url)
        if shown == url.partition("#")[0]:
            return shown
        stored = f"{shown}#{hashlib.blake2b(url.encode(), digest_size=MARK_BYTES).hexdigest()}"
        if stored not in self._known:
            self._known[stored] = url
            self._new.append(stored)
        return stored

    def reveal(self, stored: str) -> str:
        """The address to ask for."""
        if "#" in stored and stored not in self._known:
            self._read()
        return self._known.get(stored, stored)

    def save(self) -> None:
        """Bring new addresses to disk; before the rows that name them are committed."""
        if not self._new:
            return
        if self._shared is not None:
            path = self._path.with_name(f".secrets-{uuid4().hex}")
            self._append_to(path)
            self._shared.put(path, f"{FOLDER}/{uuid4().hex}.jsonl")
        self._append_to(self._path)
        self._new.clear()

    def _append_to(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            # A line before may be cut.
            file.writelines(f"\n{json.dumps([one, self._known[one]])}\n" for one in self._new)
            file.flush()
            os.fsync(file.fileno())


def secrets_of(settings: Settings) -> Secrets:
    """The secrets of a Newsflow. Raises WarehouseError where its store cannot be reached."""
    return Secrets(settings.secrets, store_of(settings) if settings.store else None)


def _pairs(text: str) -> list[tuple[str, str]]:
    """The lines of the file; the last one may be cut by a power loss, and was not counted on then."""
    pairs = []
    for line in text.splitlines():
        try:
            stored, url = json.loads(line)
        except ValueError:
            continue
        pairs.append((str(stored), str(url)))
    return pairs
