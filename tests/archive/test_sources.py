"""Files, folders and standard input, of any kind and in any state."""

import gzip
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.dispositions import Reason
from pipeline.settings import Limits
from tests.archive.samples import PAGE, TEXT, items_of, packed, read_path, record, refusals_of, told
from tests.conftest import ROOT, Newsflow

ROW = json.dumps({"url": "https://news.example/row", "text": TEXT}).encode()
KINDS = {
    "a.txt": (TEXT.encode(), ["text/plain"]),
    "a.md": (TEXT.encode(), ["text/plain"]),
    "a.TXT": (TEXT.encode(), ["text/plain"]),
    "a.html": (PAGE, ["text/html"]),
    "a.xhtml": (PAGE, ["text/html"]),
    "a.jsonl": (
        ROW + b"\n" + ROW.replace(b"/row", b"/2"),
        ["https://news.example/row", "https://news.example/2"],
    ),
    "a.ndjson": (ROW, ["https://news.example/row"]),
    "a.warc": (record(1) + record(2), ["https://news.example/1", "https://news.example/2"]),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("is_packed", [False, True])
def test_kinds_are_told_by_name(tmp_path: Path, name: str, is_packed: bool) -> None:
    data, expected = KINDS[name]
    path = tmp_path / (f"{name}.gz" if is_packed else name)
    path.write_bytes(gzip.compress(data, mtime=0) if is_packed else data)
    assert told(read_path(path)) == expected


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_kinds_are_told_by_content(tmp_path: Path, name: str, is_packed: bool) -> None:
    data, expected = KINDS[name]
    path = tmp_path / "no-suffix"
    path.write_bytes(gzip.compress(data, mtime=0) if is_packed else data)
    assert told(read_path(path)) == expected


def test_json_lines_with_a_byte_order_mark(tmp_path: Path) -> None:
    for name in ("a.jsonl", "no-suffix"):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + ROW + b"\r\n")
        assert told(read_path(tmp_path / name)) == ["https://news.example/row"]


def test_the_payload_is_kept_as_it_came(tmp_path: Path) -> None:
    data = "Ü".encode("utf-16") + b"\r\n\x00"
    (tmp_path / "a.txt").write_bytes(data)
    (item,) = items_of(read_path(tmp_path / "a.txt"))
    assert item.payload == item.block == data


@pytest.mark.parametrize("is_packed", [False, True])
def test_web_archives_come_through_a_pipe(newsflow: Newsflow, is_packed: bool) -> None:
    records = [record(number) for number in (1, 2, 3)]
    records[1] = records[1].replace(b"Content-Length", b"Content-Lengtj")
    ran = newsflow("clean", "-", stdin=packed(records) if is_packed else b"".join(records))
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert sorted(str(row["url"]) for row in rows) == [
        "None",
        "https://news.example/1",
        "https://news.example/3",
    ]
    assert [row["item"].partition("@")[0] for row in rows if "item" in row] == ["-"]
    assert ran.code == 0


@pytest.mark.parametrize(
    ("data", "media"),
    [(TEXT.encode(), "text"), (PAGE, "html"), (ROW, "row"), (gzip.compress(ROW, mtime=0), "row")],
)
def test_standard_input_is_told_by_content(newsflow: Newsflow, data: bytes, media: str) -> None:
    (row,) = [json.loads(line) for line in newsflow("clean", "-", stdin=data).stdout.splitlines()]
    assert row["url"] == ("https://news.example/row" if media == "row" else None)
    assert "Monday" in row.get("text", "Monday")


def test_a_slow_pipe_is_told_by_its_first_bytes_all_the_same(newsflow: Newsflow) -> None:
    process = newsflow.start("clean", "-", stdin=-1)
    assert process.stdin
    for piece in (ROW[:1], ROW[1:7], ROW[7:]):
        process.stdin.write(piece)
        process.stdin.flush()
    output, _ = process.communicate(timeout=60)
    assert json.loads(output)["url"] == "https://news.example/row"


def test_closed_standard_input_is_a_refusal(tmp_path: Path, newsflow: Newsflow) -> None:
    ran = subprocess.run(
        ["sh", "-c", '"$0" -m pipeline clean - <&-', sys.executable],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert "Traceback" not in ran.stderr
    assert json.loads(ran.stdout)["rejected"] == "unreadable"


def test_folders_are_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", "c.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name} is here and says something\n")
    payloads = [item.payload.split()[0].decode() for item in items_of(read_path(tmp_path))]
    assert payloads == ["a.txt", "b/1.txt", "b/2.txt", "c.html"]


def test_a_loop_of_links_is_walked_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.txt").write_text(TEXT)
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert told(read_path(tmp_path)) == ["text/plain"]


def test_hidden_names_are_passed_over_and_unknown_kinds_are_refused(tmp_path: Path) -> None:
    for name in (".hidden.txt", "photo.jpg", "noname", "x.gz"):
        (tmp_path / name).write_text(TEXT)
    found = refusals_of(read_path(tmp_path))
    assert [one.dropped.reason for one in found] == [Reason.UNSUPPORTED_TYPE] * 3
    assert [Path(one.item_key).name for one in found] == ["noname", "photo.jpg", "x.gz"]


def test_what_cannot_be_opened_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "socket.txt"))
        (tmp_path / "whole.txt").write_text(TEXT)
        assert told(read_path(tmp_path)) == ["unreadable"] * 4 + ["text/plain"]


def test_a_deep_folder_is_walked_to_its_end(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 900)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text(TEXT)
    assert told(read_path(tmp_path)) == ["text/plain"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t", "empty"),
        ("a.jsonl.gz", gzip.compress(ROW * 50, mtime=0)[:-9], "truncated"),
        ("a.txt.gz", gzip.compress(TEXT.encode(), mtime=0)[:-3], "truncated"),
        ("a.txt.gz", b"\x1f\x8b\x08\x00" + b"\xff" * 90, "corrupt"),
        ("a.html.gz", gzip.compress(PAGE, mtime=0)[:-8] + b"12345678", "corrupt"),
        ("a.html", b"<p>" + b"x" * (50 << 20), "too_large"),
        ("a.txt.gz", gzip.compress(b"x" * (50 << 20), mtime=0), "too_large"),
        ("a.jsonl", b'{"text": "' + b"x" * (50 << 20), "too_large"),
        ("a.jsonl", ROW.decode().encode("utf-16"), "invalid_json"),
    ],
)
def test_bad_files_are_refused_with_their_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert told(read_path(tmp_path / name)) == [reason]


def test_rows_before_the_end_of_a_cut_file_are_kept(tmp_path: Path) -> None:
    rows = b"".join(
        b'{"text": "Row %d of them.", "pad": "%s"}\n' % (n, os.urandom(40).hex().encode()) for n in range(400)
    )
    data = gzip.compress(rows, mtime=0)
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    found = told(read_path(tmp_path / "a.jsonl.gz"))
    assert len(found) > 100
    assert set(found[:-1]) == {"application/json"}
    assert found[-1] == "truncated"


def test_a_huge_line_costs_itself_only(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(ROW + b"\n" + b"x" * 5000 + b"\n" + ROW.replace(b"/row", b"/3"))
    found = told(read_path(tmp_path / "a.jsonl", Limits(payload_bytes=1000)))
    assert found == ["https://news.example/row", "too_large", "https://news.example/3"]


def test_names_that_are_no_utf8_become_keys_that_can_be_stored(tmp_path: Path) -> None:
    for name in (b"caf\xe9.txt", b"two\nlines.txt"):
        (tmp_path / os.fsdecode(name)).touch()
    keys = [one.item_key for one in refusals_of(read_path(tmp_path))]
    assert [Path(key).name for key in keys] == ["caf\\udce9.txt", "two\\nlines.txt"]
    assert all(key.encode() for key in keys)


def test_a_file_from_a_year_that_is_none_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    try:
        os.utime(path, (1e15, 1e15))
    except OSError:
        os.utime(path, (0, 0))  # a file system that cannot hold such a time
    assert told(read_path(path)) == ["text/plain"]
