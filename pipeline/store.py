"""The store: where machines that share one Newsflow put what the others need, and find it.

    captures/...            capture files
    arrived/ examined/      what a round hands from step to step (rounds/manifests.py)
    plans/                  the lists of a divided backfill
    secrets/                addresses that no table holds (acquire/secrets.py)
    tables/                 Parquet of the tables; DuckLake writes there itself

It is the data folder, or with NEWSFLOW_STORE=s3://bucket/prefix a place in S3-compatible storage; then the
data folder is each machine's own, for what is under way. A file appears whole or not at all, on both: by a
rename, or because an object is there when its last byte is.

Credentials, region and endpoint of S3 come from the environment, as the tools of AWS take them
(`AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL` ...). It needs the extra `newsflow[s3]`.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from pipeline.errors import UsageError, WarehouseError
from pipeline.settings import Settings

SCHEME = "s3://"
SETTING = "NEWSFLOW_STORE"


class Store(Protocol):
    """Files by name; a name is a path of parts, with `/` between them."""

    def put(self, path: Path, name: str) -> None:
        """Bring a local file under a name, in place of what is there; the local file is gone then."""

    def get(self, name: str, path: Path) -> None:
        """Bring a file to a new local path. Raises FileNotFoundError."""

    def read(self, name: str) -> bytes:
        """What a small file holds. Raises FileNotFoundError."""

    def names(self, folder: str) -> list[str]:
        """The names below a folder, the oldest first."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A store on a file system that all machines mount."""

    root: Path

    def put(self, path: Path, name: str) -> None:
        """See Store; `path` is on the same file system."""
        target = self.root / name
        if path == target:
            return
        sync(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        sync(target.parent)

    def get(self, name: str, path: Path) -> None:
        """See Store. The file is linked, not copied: neither name may be written to."""
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(self.root / name, path)

    def read(self, name: str) -> bytes:
        """See Store."""
        return (self.root / name).read_bytes()

    def names(self, folder: str) -> list[str]:
        """See Store."""
        times = [
            (at, path.relative_to(self.root).as_posix())
            for path in (self.root / folder).rglob("*")
            if (at := _changed_at(path)) is not None
        ]
        return [name for _, name in sorted(times)]

    def remove(self, name: str) -> None:
        """See Store."""
        (self.root / name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A store in S3-compatible storage, below an address without a `/` at its end. Raises WarehouseError."""

    address: str

    def put(self, path: Path, name: str) -> None:
        """See Store."""
        self._ask(lambda files: files.put_file(str(path), self._of(name)), name)
        path.unlink()

    def get(self, name: str, path: Path) -> None:
        """See Store."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".part-{uuid4().hex}")
        try:
            self._ask(lambda files: files.get_file(self._of(name), str(part)), name, may_lack=True)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def read(self, name: str) -> bytes:
        """See Store."""
        found: bytes = self._ask(lambda files: files.cat_file(self._of(name)), name, may_lack=True)
        return found

    def names(self, folder: str) -> list[str]:
        """See Store."""
        found = self._ask(lambda files: files.find(self._of(folder), detail=True), folder)
        begin = len(self._of("")) - len(SCHEME)
        times = sorted((one["LastModified"], path) for path, one in found.items())
        return [path[begin:] for _, path in times]

    def remove(self, name: str) -> None:
        """See Store."""
        self._ask(lambda files: files.rm_file(self._of(name)), name)

    def make(self) -> None:
        """Make the bucket itself, if it is not there."""
        name = self.address.removeprefix(SCHEME).partition("/")[0]
        if not self._ask(lambda files: files.exists(name), ""):
            self._ask(lambda files: files.mkdir(name), "")

    def _of(self, name: str) -> str:
        return f"{self.address}/{name}"

    def _ask(self, function: Callable[[Any], Any], name: str, *, may_lack: bool = False) -> Any:
        files, errors = storage()
        try:
            return function(files)
        except errors as error:
            if may_lack and isinstance(error, FileNotFoundError):
                raise
            problem = " ".join(str(error).split())
            raise WarehouseError(f"{self._of(name)}: {problem}; see {SETTING} and AWS_...") from error


def store_of(settings: Settings) -> Store:
    """The store that the settings name."""
    return Bucket(settings.store) if settings.store else Folder(settings.data)


def check_store(address: str) -> str:
    """An address of a store as settings hold it. Raises UsageError for anything but s3://bucket/prefix."""
    address = address.rstrip("/")
    bucket = address.removeprefix(SCHEME).partition("/")[0]
    if address and (not bucket or not address.startswith(SCHEME)):
        raise UsageError(f"{SETTING}={address}: write s3://bucket/prefix, or leave it out")
    return address


def storage() -> tuple[Any, tuple[type[Exception], ...]]:
    """The storage that the environment names, and what it raises.

    Listings are asked for each time: other machines write there. Raises UsageError where the extra is not
    installed.
    """
    try:
        import s3fs
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError as error:
        raise UsageError(f"{SCHEME} needs s3fs: pip install 'newsflow[s3]'") from error
    return s3fs.S3FileSystem(use_listings_cache=False), (OSError, BotoCoreError, ClientError)


def _changed_at(path: Path) -> int | None:
    """When a file was written; None for a folder, and where it has gone meanwhile."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_mtime_ns if stat.S_ISREG(state.st_mode) else None


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
