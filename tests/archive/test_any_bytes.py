"""Whatever the bytes: reading ends, raises nothing, and accounts for what is there."""

import gzip
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.archive.formats import READERS
from pipeline.records import Item
from pipeline.settings import Limits
from tests.archive.samples import packed, read_bytes, read_path, record, response, told

LIMITS = Limits(payload_bytes=5000)
NAMES = ["no-suffix", *(f"a{suffix}{gz}" for suffix in (*READERS, ".wacz") for gz in ("", ".gz"))]
STARTS = [b"", b"WARC/1.1\r\n", b"\x1f\x8b\x08\x00", b'{"text": "', b"<html>", b"\xef\xbb\xbf", b"\xff\xfe"]
ODD = [
    b"",
    b"\r\n\r\n",
    b"WARC/1.0\r\nContent-Length: 9\r\n\r\n",
    b"\x1f\x8b\x08\x00",
    b"Content-Length: 99999\r\n",
]
RECORDS = [record(n, response(b"<p>" + bytes([97 + n]) * 90)) for n in range(1, 6)]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A web archive with stretches replaced, cut out or put in."""
    data = packed(RECORDS) if draw(st.booleans()) else b"".join(RECORDS)
    for _ in range(draw(st.integers(1, 4))):
        at, gone = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        data = data[:at] + draw(st.sampled_from(ODD) | st.binary(max_size=8)) + data[at + gone :]
    return data


@pytest.mark.parametrize("packing", [bytes, gzip.compress], ids=["as it is", "packed"])
@given(name=st.sampled_from(NAMES), start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
def test_any_bytes_under_any_name(
    tmp_path_factory: pytest.TempPathFactory, packing: type[bytes], name: str, start: bytes, rest: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(packing(start + rest))
    found = read_path(path, LIMITS)
    assert found or is_blank(start + rest) or holds_records(start + rest)
    for one in found:
        assert repr(one).encode()


def is_blank(data: bytes) -> bool:
    return not data.strip()


def holds_records(data: bytes) -> bool:
    """Whole records that are no items are passed over."""
    return b"content-length" in data.lower()


@settings(max_examples=300)
@given(mutated())
@example(packed(RECORDS)[:-8])
def test_mutated_web_archives(data: bytes) -> None:
    found = read_bytes(data, LIMITS)
    assert told(found) == told(read_bytes(data, LIMITS))
    whole = [one.capture.url for one in found if isinstance(one, Item)]
    for number, one in enumerate(RECORDS, 1):
        if one in data or gzip.compress(one, mtime=0) in data:
            assert f"https://news.example/{number}" in whole
    assert found


@settings(max_examples=200)
@given(st.lists(st.sampled_from(range(len(RECORDS))), unique=True), st.data())
def test_members_with_a_changed_byte_cost_themselves_only(hit: list[int], data: st.DataObject) -> None:
    members = [gzip.compress(one, mtime=0) for one in RECORDS]
    for number in hit:
        at = data.draw(st.integers(10, len(members[number]) - 5))  # between the gzip header and the length
        change = data.draw(st.integers(1, 255))
        members[number] = (
            members[number][:at] + bytes([members[number][at] ^ change]) + members[number][at + 1 :]
        )
    found = read_bytes(b"".join(members), LIMITS)
    whole = {one.capture.url for one in found if isinstance(one, Item)}
    # The last bits of a deflate stream mean nothing: a member changed there is whole (RFC 1951).
    sound = {n for n, one in enumerate(RECORDS) if inflated(members[n]) == one}
    assert sound.issuperset(set(range(len(RECORDS))) - set(hit))
    assert whole == {f"https://news.example/{n + 1}" for n in sound}
    assert (len(sound) < len(RECORDS)) == (len(found) > len(whole))


def inflated(member: bytes) -> bytes | None:
    """What a gzip member holds; None where it is damaged."""
    try:
        return gzip.decompress(member)
    except (OSError, EOFError, zlib.error):
        return None


def test_a_file_of_record_starts_is_read_in_linear_time(tmp_path: Path) -> None:
    for name, data in (
        ("a.warc", b"WARC/1.0\r\nContent-Length: 4000\r\n\r\n" * 20_000),
        ("b.warc", b"\x1f\x8b\x08\x00" * 50_000),
    ):
        (tmp_path / name).write_bytes(data)
        assert set(told(read_path(tmp_path / name, LIMITS))) <= {"corrupt", "truncated"}
