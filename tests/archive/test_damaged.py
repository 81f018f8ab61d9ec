"""Damage in archives of every format: it costs itself only, and reading can go on at any place."""

import gzip
import json
import zipfile
from collections import Counter
from pathlib import Path

import brotli
import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.archive.framing import PIECE
from pipeline.archive.parts import Reading, Step
from pipeline.archive.sources import list_parts
from pipeline.settings import Limits
from tests.archive.fuzz import ODD, edited, offences, samples
from tests.archive.samples import AT, found_in, items_of, packed, read_path, record, response, told
from tests.conftest import Newsflow
from tests.warehouse.corpus import body


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Archives without any damage."""
    return samples(tmp_path_factory.mktemp("sound"))


def test_sound_archives_can_be_read_in_two_pieces(sound: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in sound.items():
        (tmp_path / name).write_bytes(data)
        assert list(offences(tmp_path / name)) == []
        assert items_of(read_path(tmp_path / name))


EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 40) | st.just(10**6),
        st.sampled_from(ODD) | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150)
@given(data=st.data(), edits=EDITS)
def test_damaged_archives_can_be_read_in_two_pieces(
    sound: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    edits: list[tuple[float, int, bytes]],
) -> None:
    name = data.draw(st.sampled_from(sorted(sound)))
    path = tmp_path_factory.getbasetemp() / f"damaged-{name}"
    path.write_bytes(edited(sound[name], edits))
    assert list(offences(path)) == []


def page(number: int, *headers: str, coded: bytes | None = None) -> bytes:
    text = "".join(f"<p>{line}</p>" for line in body(number, 0).split("\n"))
    block = f"<html><head><title>Report {number}</title></head><body>{text}</body></html>".encode()
    return response(block if coded is None else coded, *headers)


def chunked(block: bytes) -> bytes:
    half = len(block) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (block[:half], block[half:], b""))


def mixed() -> bytes:
    """Six whole pages, and between them six kinds of damage, a revisit and a request."""
    html = b"<html><body>" + b"".join(b"<p>%s</p>" % one.encode() for one in body(4, 0).split("\n"))
    flipped = bytearray(gzip.compress(record(20), mtime=0))
    flipped[len(flipped) // 2] ^= 0x40
    digest = "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
    pieces = [
        gzip.compress(record(1, page(1))),
        bytes(flipped),  # corrupt
        gzip.compress(record(2, page(2)) + record(3, page(3))),  # several records in one member
        record(4, page(4, "Transfer-Encoding: chunked", coded=chunked(html))),  # not compressed
        record(21, length=12),  # corrupt: longer than it says
        gzip.compress(record(5, page(5, "Content-Encoding: br", coded=brotli.compress(html)))),
        gzip.compress(record(22, page(5), extra=digest)),  # corrupt
        gzip.compress(record(23, page(5, "Content-Encoding: br", coded=b"not brotli"))),  # corrupt
        gzip.compress(record(25, kind="revisit")),
        gzip.compress(record(26, kind="request")),
        b"\x00" * 300,  # corrupt
        gzip.compress(record(6, page(6))),
        gzip.compress(record(27, page(7)))[:-40],  # truncated: cut in mid-record
    ]
    return b"".join(pieces)


def test_a_mixed_archive_is_loaded_without_its_damage(tmp_path: Path, data: Path, newsflow: Newsflow) -> None:
    path = tmp_path / "mixed.warc.gz"
    path.write_bytes(mixed())
    assert list(offences(path)) == []
    found = read_path(path)
    assert [one.capture.url for one in items_of(found)] == [f"https://news.example/{n}" for n in range(1, 7)]
    reasons = Counter(told(found)) - Counter(f"https://news.example/{n}" for n in range(1, 7))
    ran = newsflow("backfill", path, "--data", data, "--json")
    assert ran.code == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report["items"] == len(found) == report["loaded"] + report["revised"] + report["rejected"]
    assert (report["loaded"], report["rejected"]) == (6, reasons.total())
    assert report["passed"] == {"no_content": 1, "revisit": 1}
    assert reasons == {"corrupt": 5, "truncated": 1}
    assert newsflow("check", "--data", data).code == 0


def read_steps(path: Path, begin: int = 0) -> list[Step]:
    reading = Reading(Limits(payload_bytes=1000), begin)
    return [step for part in list_parts(str(path), AT) for step in part.read(reading)]


def test_a_value_beyond_the_limit_has_a_place_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text\nfirst\n" + "x" * 5000 + "\n" + "y" * 5000 + "\nlast\n")
    whole = read_steps(path)
    assert [step.position for step in whole] == [0, 1, 2, 3]
    assert told(found_in(whole)) == ["application/json", "corrupt", "corrupt", "application/json"]
    for begin in range(4):
        assert read_steps(path, begin) == whole[begin:]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_member_of_a_wacz_file_costs_itself_only(tmp_path: Path, compression: int) -> None:
    path = tmp_path / "site.wacz"
    with zipfile.ZipFile(path, "w", compression) as site:
        site.writestr("archive/a.warc", b"".join(record(n) for n in range(1, 9)))
        site.writestr("archive/b.warc.gz", packed([record(9)]))
    data = bytearray(path.read_bytes())
    data[60:120] = b"\xff" * 60  # behind the local header of the first one
    path.write_bytes(data)
    assert told(read_path(path))[-2:] == ["corrupt", "https://news.example/9"]
    assert list(offences(path)) == []


@pytest.mark.parametrize("before", range(1, 34))
def test_a_record_is_found_behind_damage_wherever_it_begins(tmp_path: Path, before: int) -> None:
    """Damage is looked through in pieces; a record's first lines may lie across two of them."""
    path = tmp_path / "web.warc"
    path.write_bytes(b"\x00" * (PIECE + 1 - before) + record(1))
    assert told(read_path(path)) == ["corrupt", "https://news.example/1"]


def test_a_name_of_a_file_is_no_pattern(tmp_path: Path) -> None:
    for name in ("rows[1].parquet", "rows1.parquet", "rows*.parquet", "row?.parquet"):
        table = duckdb.sql("select $name as text", params={"name": name})
        table.write_parquet(str(tmp_path / "plain.parquet"))
        (tmp_path / "plain.parquet").rename(tmp_path / name)
    for path in tmp_path.iterdir():
        (item,) = items_of(read_path(path))
        assert json.loads(item.payload) == {"text": path.name}
