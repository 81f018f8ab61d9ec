"""Capture files: what goes in comes out, whole or not at all, and the same batch is the same file."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.captures import (
    CaptureFile,
    CaptureWriter,
    list_capture_files,
    list_captures,
    read_payload_digest,
    read_segments,
)
from pipeline.archive.identity import make_capture, parse_time, storable, tidy_url
from pipeline.archive.warc import refuse
from pipeline.archive.writing import BatchInfo
from pipeline.dispositions import Reason
from pipeline.errors import SourceError
from pipeline.records import Item, Refusal
from tests.archive.samples import AT, LIMITS, PAGE, packed, read_bytes, record, response

INFO = BatchInfo("ingest", "a folder  with\nodd \udce9 names", AT)


def document(payload: bytes, url: str | None = None, media_type: str = "text/html") -> Item:
    capture = make_capture(payload, url=url, fetched_at=AT, media_type=media_type, charset="utf-8")
    return Item(capture, payload, payload)


def write(folder: Path, found: Sequence[Item | Refusal]) -> CaptureFile:
    with CaptureWriter(folder, INFO) as writer:
        for one in found:
            writer.add(one) if isinstance(one, Item) else writer.add_refusal(one)
        return writer.finish()


def read_back(path: Path) -> list[tuple[int, Item | Refusal]]:
    """What a capture file of one batch holds."""
    (segment,) = read_segments(path, LIMITS)
    return segment.found


def sample() -> list[Item | Refusal]:
    found = read_bytes(packed([record(1), record(2, response(PAGE, status="404 Gone")), record(3, b"bad")]))
    return [
        *found,
        document(PAGE),
        document(b"{}", "https://news.example/r", "application/json"),
        document(b"t" * 99),
    ]


def test_items_and_refusals_come_back_as_they_went_in(tmp_path: Path) -> None:
    found = sample()
    file = write(tmp_path, found)
    back = dict(read_back(tmp_path / file.path))
    assert [known(one) for one in back.values()] == [known(one) for one in found]
    offsets = {one.capture.capture_id: offset for offset, one in back.items() if isinstance(one, Item)}
    assert offsets == file.offsets
    assert list_captures(tmp_path / file.path) == list(file.offsets)
    for one in found:
        if isinstance(one, Item):
            digest = read_payload_digest(tmp_path / file.path, file.offsets[one.capture.capture_id], LIMITS)
            assert digest == one.capture.payload_sha256


def known(one: Item | Refusal) -> object:
    """What of an item does not depend on the file that it was read from."""
    return (one.capture, one.payload) if isinstance(one, Item) else one


def test_a_record_from_a_warc_file_is_kept_to_the_letter(tmp_path: Path) -> None:
    source = packed([record(1)])
    file = write(tmp_path, read_bytes(source))
    assert source in (tmp_path / file.path).read_bytes()


def test_a_record_without_a_date_is_written_with_the_time_it_was_given(tmp_path: Path) -> None:
    dateless = record(1).replace(b"WARC-Date:", b"X-Date:")
    found = read_bytes(packed([dateless]))
    file = write(tmp_path, found)
    back = [one for _, one in read_back(tmp_path / file.path)]
    assert [known(one) for one in back] == [known(one) for one in found]


def test_the_batch_says_what_it_is(tmp_path: Path) -> None:
    (segment,) = read_segments(tmp_path / write(tmp_path, sample()).path, LIMITS)
    info = segment.info
    assert (info.kind, info.source, info.started_at) == ("ingest", "a folder with odd \\udce9 names", AT)


def test_the_same_items_in_any_order_are_the_same_batch(tmp_path: Path) -> None:
    first = write(tmp_path / "one", sample())
    second = write(tmp_path / "two", sample()[::-1])
    other = write(tmp_path / "two", sample()[1:])
    assert (first.batch_id, first.path) == (second.batch_id, second.path)
    assert other.batch_id != first.batch_id


def test_a_file_that_is_there_stays_and_its_offsets_count(tmp_path: Path) -> None:
    first = write(tmp_path, sample())
    before = (tmp_path / first.path).read_bytes()
    second = write(tmp_path, sample()[::-1])
    assert second.offsets == first.offsets
    assert (tmp_path / first.path).read_bytes() == before
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [Path(first.path).name]


def test_a_damaged_file_of_that_name_is_named(tmp_path: Path) -> None:
    path = tmp_path / write(tmp_path, sample()).path
    path.write_bytes(path.read_bytes()[:-40] + b"x" * 40)
    with pytest.raises(SourceError, match="damaged at byte"):
        write(tmp_path, sample())


def test_leaving_before_the_end_leaves_nothing(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, INFO) as writer:
        writer.add(document(PAGE))
    assert list(tmp_path.iterdir()) == []


def test_a_killed_writer_leaves_nothing_under_a_final_name(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tests.archive.test_captures import *\n"
        f"writer = CaptureWriter(Path({str(tmp_path)!r}), INFO)\n"
        "for one in sample()[:2]: writer.add(one)\n"
        "os.kill(os.getpid(), 9)"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2])
    assert ran.returncode == -signal.SIGKILL
    assert list_capture_files(tmp_path) == []
    assert write(tmp_path, sample()).offsets
    assert len(list_capture_files(tmp_path)) == 1


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the same error comes from the same write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            write(tmp_path, [document(os.urandom(90_000)) for _ in range(3)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"junk", packed([record(1)])])
def test_other_files_are_no_capture_files(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.warc.gz").write_bytes(data)
    with pytest.raises(SourceError, match="no capture file"):
        list(read_segments(tmp_path / "x.warc.gz", LIMITS))


def test_a_digest_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    file = write(tmp_path, sample())
    assert read_payload_digest(tmp_path / file.path, 10**9, LIMITS) is None
    assert read_payload_digest(tmp_path / "nowhere", 0, LIMITS) is None


@given(st.text() | st.text("< >\t\r\n\x00\x85\u2028\u3000urn:a/\ud800").map(str), st.text())
def test_addresses_and_notes_of_any_kind_come_back(
    tmp_path_factory: pytest.TempPathFactory, url: str, note: str
) -> None:
    folder = tmp_path_factory.mktemp("captures")
    found: list[Item | Refusal] = [document(b"one", url), refuse(note, Reason.CORRUPT, note)]
    file = write(folder, found)
    back = [known(one) for _, one in read_back(folder / file.path)]
    assert back == [known(one) for one in found]


@given(st.text() | st.text("< >\t\x00\x85\u2028\ud800a"))
def test_what_is_stored_can_be_encoded_and_stays_as_it_is(text: str) -> None:
    for made in (storable(text), tidy_url(text) or ""):
        assert len(made.encode().splitlines()) <= 1
        assert "\0" not in made
    assert storable(storable(text)) == storable(text)
    assert tidy_url(tidy_url(text)) == tidy_url(text)


@given(st.text())
def test_times_of_any_kind(text: str) -> None:
    at = parse_time(text)
    assert at is None or at.utcoffset() is not None
