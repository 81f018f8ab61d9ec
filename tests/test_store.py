"""Both stores keep the same promises; a watch, and what is no store, is refused."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.acquire.secrets import secrets_of
from pipeline.errors import UsageError, WarehouseError
from pipeline.settings import settings_for
from pipeline.store import Bucket, Folder, Store, check_store, storage
from tests.conftest import Newsflow

PRIVATE = "https://news.example/feed?token=abc"


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Folder(tmp_path / "shared")
    return Bucket(request.getfixturevalue("bucket"))


@pytest.fixture
def local(tmp_path: Path) -> Callable[[bytes], Path]:
    """A local file of some content, in a folder of its own."""

    def made(content: bytes) -> Path:
        path = tmp_path / "local"
        path.write_bytes(content)
        return path

    return made


def test_what_was_put_is_had_until_it_is_removed(
    store: Store, local: Callable[[bytes], Path], tmp_path: Path
) -> None:
    path = local(b"one")
    store.put(path, "a/b/one")
    assert not path.exists()
    store.put(local(b"two"), "a/two")
    store.put(local(b"other"), "c/other")
    assert sorted(store.names("a")) == ["a/b/one", "a/two"]
    assert store.names("nothing") == []
    assert store.read("a/b/one") == b"one"
    store.get("a/two", tmp_path / "new" / "file")
    assert (tmp_path / "new" / "file").read_bytes() == b"two"
    store.put(local(b"three"), "a/two")
    assert store.read("a/two") == b"three"
    store.remove("a/two")
    store.remove("a/two")
    assert store.names("a") == ["a/b/one"]


def test_the_oldest_name_comes_first(store: Store, local: Callable[[bytes], Path], tmp_path: Path) -> None:
    for at, name in enumerate(["z", "y", "x"]):
        store.put(local(b""), f"row/{name}")
        if isinstance(store, Folder):
            os.utime(tmp_path / "shared" / "row" / name, (at, at))
    found = store.names("row")
    # S3 tells whole seconds: those of one second are in the order of their names.
    assert (
        found == ["row/z", "row/y", "row/x"]
        if isinstance(store, Folder)
        else set(found) == {"row/x", "row/y", "row/z"}
    )


def test_what_is_missing_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.get("no/file", tmp_path / "file")
    with pytest.raises(FileNotFoundError):
        store.read("no/file")
    assert not (tmp_path / "file").exists()


def test_a_store_that_cannot_be_reached_is_told(
    bucket: str, local: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WarehouseError, match="NEWSFLOW_STORE and AWS_"):
        Bucket("s3://no-such-bucket/flow").names("arrived")
    with pytest.raises(WarehouseError, match="NEWSFLOW_STORE and AWS_"):
        Bucket("s3://no-such-bucket/flow").put(local(b""), "name")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    storage()[0].clear_instance_cache()
    with pytest.raises(WarehouseError, match="NEWSFLOW_STORE and AWS_"):
        Bucket(bucket).read("name")
    storage()[0].clear_instance_cache()


def test_secrets_are_found_on_another_machine(bucket: str, tmp_path: Path) -> None:
    one, other = (replace(settings_for(tmp_path / name), store=bucket) for name in ("one", "other"))
    early = secrets_of(other)
    secrets = secrets_of(one)
    stored = secrets.hide(PRIVATE)
    secrets.save()
    assert "abc" not in stored
    assert early.reveal(stored) == PRIVATE
    assert secrets_of(other).reveal(stored) == PRIVATE
    assert not other.secrets.exists()


@pytest.mark.parametrize("address", ["s3://", "s3:///prefix", "gs://bucket", "/mnt/news", "bucket"])
def test_what_is_no_store_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="s3://bucket/prefix"):
        check_store(address)


def test_an_address_loses_its_end() -> None:
    assert check_store("s3://bucket/prefix/") == "s3://bucket/prefix"
    assert check_store("") == ""


def test_a_watch_says_that_it_needs_a_folder(newsflow: Newsflow, data: Path) -> None:
    ran = newsflow.with_env(NEWSFLOW_STORE="s3://bucket/flow")("watch", "--once", "--data", data)
    assert ran.code == 2
    assert "take NEWSFLOW_STORE away" in ran.stderr
    assert not data.exists()
