"""Live capture files: whole segments behind one another, on disk when told so, readable while they grow."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastwarc.warc import ArchiveIterator

from pipeline.archive.captures import list_capture_files, list_captures, read_payload_digest, read_segments
from pipeline.archive.live import LiveFiles, cut_torn_end
from pipeline.archive.warc import Came, read_response, refuse
from pipeline.archive.writing import BatchInfo, Kept, Role, response_block
from pipeline.dispositions import Reason
from pipeline.records import Exchange, Item, Refusal
from pipeline.settings import Limits

AT = datetime(2026, 11, 25, 8, 15, tzinfo=UTC)
LIMITS = Limits()
MIB = 1024 * 1024
URL = "https://news.example/a"


def exchange(body: bytes, url: str = URL, head: bytes = b"Content-Type: text/html") -> Exchange:
    start = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n"
    return Exchange(
        url, AT, b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n", 200, start, body, "203.0.113.7"
    )


def page(body: bytes, asked: str = URL) -> tuple[Item, Kept]:
    hop = exchange(body)
    found = read_response(response_block(hop), "key", LIMITS.payload_bytes, Came(URL, AT, asked))
    assert isinstance(found, Item)
    return found, Kept(found.capture.capture_id, "page", hop, URL, asked, AT)


def other(role: Role, body: bytes = b"<rss/>") -> Kept:
    return Kept(str(uuid4()), role, exchange(body), URL, URL, AT)


def info(minutes: float = 0.0) -> BatchInfo:
    return BatchInfo("poll", "newsflow watch", AT + timedelta(minutes=minutes))


def found_in(path: Path, begin: int = 0) -> list[list[Item | Refusal]]:
    return [[found for _, found in one.found] for one in read_segments(path, LIMITS, begin)]


def test_batches_come_back_as_they_went_in(tmp_path: Path) -> None:
    files = LiveFiles(tmp_path, MIB)
    item, kept = page(b"<html>one</html>", asked="https://news.example/short")
    refusal = refuse("key", Reason.UNSUPPORTED_TYPE, "image/png")
    first = files.append(info(), [other("robots"), other("redirect"), kept, other("refused")], [refusal])
    second = files.append(info(1), [other("feed")], [])
    assert first.path == second.path
    assert [path.relative_to(tmp_path).as_posix() for path in list_capture_files(tmp_path)] == [first.path]
    segments = list(read_segments(tmp_path / first.path, LIMITS))
    assert [one.info for one in segments] == [info(), info(1)]
    assert [one.placed(first.path).batch_id for one in segments] == [first.batch_id, second.batch_id]
    (read, refused), nothing = ([found for _, found in one.found] for one in segments)
    assert isinstance(read, Item)
    assert (read.capture, read.payload) == (item.capture, item.payload)
    assert read.capture.url == "https://news.example/short"
    assert refused == refusal
    assert nothing == []
    offset = first.offsets[item.capture.capture_id]
    assert read_payload_digest(tmp_path / first.path, offset, LIMITS) == item.capture.payload_sha256
    assert list_captures(tmp_path / first.path) == [item.capture.capture_id]


def test_the_records_are_those_of_the_standard(tmp_path: Path) -> None:
    files = LiveFiles(tmp_path, MIB)
    _, kept = page(b"<html>one</html>")
    same = Kept(str(uuid4()), "page", kept.exchange, URL, URL, AT, "same", kept.record_id, "ab" * 32)
    file = files.append(info(), [kept, same], [])
    with (tmp_path / file.path).open("rb") as stream:
        records = [
            (str(one.headers["WARC-Type"]), dict(one.headers), one.reader.read())
            for one in ArchiveIterator(stream, parse_http=False)
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request", "revisit", "request"]
    assert records[2][1]["WARC-Concurrent-To"] == f"<urn:uuid:{kept.record_id}>"
    assert records[2][2] == kept.exchange.request
    revisit = records[3][1]
    assert revisit["WARC-Profile"].endswith("/revisit/identical-payload-digest")
    assert revisit["WARC-Refers-To"] == f"<urn:uuid:{kept.record_id}>"
    assert revisit["WARC-Payload-Digest"] == f"sha256:{'ab' * 32}"
    assert records[1][1]["WARC-IP-Address"] == "203.0.113.7"


def test_a_chunked_answer_is_read_back_as_it_was_received(tmp_path: Path) -> None:
    body = b"5\r\nlooks like a chunk, and is none"
    hop = exchange(body, head=b"Content-Type: text/html\r\nTransfer-Encoding: chunked")
    found = read_response(response_block(hop), "key", LIMITS.payload_bytes, Came(URL, AT))
    assert isinstance(found, Item)
    assert found.payload == body
    kept = Kept(found.capture.capture_id, "page", hop, URL, URL, AT)
    file = LiveFiles(tmp_path, MIB).append(info(), [kept], [])
    ((read,),) = found_in(tmp_path / file.path)
    assert isinstance(read, Item)
    assert read.capture == found.capture


def test_a_file_ends_with_its_day_and_its_size(tmp_path: Path) -> None:
    files = LiveFiles(tmp_path, 6000)
    noise = [page(os.urandom(1500))[1] for _ in range(4)]
    paths = [
        files.append(info(minutes), [one], []).path
        for minutes, one in zip((0, 1, 2, 960), noise, strict=True)
    ]
    assert paths[0] == paths[1] != paths[2]
    assert [Path(path).parent.name for path in paths] == ["2026-11-25"] * 3 + ["2026-11-26"]
    assert all(path.stat().st_size <= 6000 for path in list_capture_files(tmp_path))


@pytest.mark.parametrize("cut", [1, 10, 300, 700])
def test_what_a_crash_left_unfinished_is_passed_over_and_cut_off(tmp_path: Path, cut: int) -> None:
    files = LiveFiles(tmp_path, MIB)
    first, second = page(os.urandom(300)), page(os.urandom(500))
    path = tmp_path / files.append(info(), [first[1]], []).path
    whole = path.stat().st_size
    files.append(info(1), [second[1]], [])
    path.write_bytes(path.read_bytes()[: whole + cut])
    before = [one.capture for found in found_in(path) for one in found if isinstance(one, Item)]
    assert before[0] == first[0].capture
    assert not any(isinstance(one, Refusal) for found in found_in(path) for one in found)
    cut_torn_end(path, LIMITS)
    assert whole <= path.stat().st_size <= whole + cut
    assert cut_torn_end(path, LIMITS) == 0
    assert [one.capture for found in found_in(path) for one in found if isinstance(one, Item)] == before


def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    files = LiveFiles(tmp_path, MIB)
    path = tmp_path / files.append(info(), [page(b"<html>one</html>")[1]], []).path
    begin = path.stat().st_size
    item, kept = page(b"<html>two</html>")
    file = files.append(info(1), [kept], [])
    ((read,),) = found_in(path, begin)
    assert isinstance(read, Item)
    assert read.capture == item.capture
    ((offset, _),) = next(read_segments(path, LIMITS, begin)).found
    assert offset == file.offsets[item.capture.capture_id]
    ((again,),) = found_in(path, begin - 1)
    assert isinstance(again, Item)


def test_on_a_full_disk_the_file_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = LiveFiles(tmp_path, MIB)
    path = tmp_path / files.append(info(), [page(b"<html>one</html>")[1]], []).path
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            files.append(info(1), [page(b"<html>two</html>")[1]], [])
    assert path.read_bytes() == before
    files.append(info(2), [page(b"<html>three</html>")[1]], [])
    assert len(found_in(path)) == 2
