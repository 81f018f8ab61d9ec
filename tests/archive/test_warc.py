"""Web archives, whole and damaged: what is damaged costs itself only, and is counted."""

import gzip
import io
import random
import tracemalloc

import pytest

from pipeline.archive.framing import Damage, frame_records
from pipeline.archive.warc import REFUSAL_TYPE
from pipeline.records import Refusal
from tests.archive.samples import PAGE, items_of, packed, read_bytes, record, refusals_of, response, told

ONE, TWO, THREE = (f"https://news.example/{number}" for number in (1, 2, 3))
RECORDS = [record(1), record(2), record(3)]
NOISE = random.Random(5).randbytes(4000)  # does not shrink: a byte changed in it stays in it


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


@pytest.mark.parametrize(
    "data",
    [b"".join(RECORDS), packed(RECORDS), gzip.compress(b"".join(RECORDS)), packed(RECORDS[:2]) + RECORDS[2]],
    ids=["plain", "a member each", "one member", "mixed"],
)
def test_whole_files(data: bytes) -> None:
    found = read_bytes(data)
    assert told(found) == [ONE, TWO, THREE]
    assert [item.payload for item in items_of(found)] == [
        PAGE.replace(b"Monday", b"day %d" % n) for n in (1, 2, 3)
    ]


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize(
    "junk", [b"junk", b"\0" * 5000, b"WARC/1.1\r\nfoo\r\n\r\n", b"\x1f\x8b\x08\x00junk", NOISE * 200]
)
def test_garbage_between_records(junk: bytes, is_packed: bool) -> None:
    first, second = (packed([one]) if is_packed else one for one in RECORDS[:2])
    found = read_bytes(first + junk + second)
    assert told(found) == [ONE, "corrupt", TWO]
    assert refusals_of(found)[0].item_key == f"x.warc@{len(first)}"


@pytest.mark.parametrize("at", [1, 20, -9, -6, -2])
def test_a_member_with_a_flipped_byte(at: int) -> None:
    members = [packed([one]) for one in RECORDS]
    members[1] = flipped(members[1], at % len(members[1]))
    assert told(read_bytes(b"".join(members))) == [ONE, "corrupt", THREE]


def test_flipped_content_is_told_by_the_checksum() -> None:
    members = [packed([record(n, response(PAGE + NOISE * 100))]) for n in (1, 2, 3)]
    members[1] = flipped(members[1], len(members[1]) // 2)
    found = read_bytes(b"".join(members))
    assert told(found) == [ONE, "corrupt", THREE]
    assert refusals_of(found)[0].item_key == f"x.warc@{len(members[0])}"


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("length", [10, 900, 10**6, 10**9, -5, "", "x", 10**40])
def test_a_record_of_another_length_than_it_says(length: object, is_packed: bool) -> None:
    records = [record(1), record(2, length=length), record(3)]
    found = told(read_bytes(packed(records) if is_packed else b"".join(records)))
    assert found[0] == ONE
    assert found[-1] == THREE
    assert found[1:-1] in (["corrupt"], ["truncated"])


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_file_cut_at_any_byte(is_packed: bool) -> None:
    whole = packed(RECORDS[:2]) if is_packed else b"".join(RECORDS[:2])
    first = len(packed(RECORDS[:1]) if is_packed else RECORDS[0])
    for cut in range(first + 1, len(whole), 7):
        found = told(read_bytes(whole[:cut]))
        assert found[0] == ONE
        assert found[1:] in (["corrupt"], ["truncated"], [TWO], []), cut


def test_records_without_content_are_passed_over() -> None:
    others = [
        record(n, b"x", kind=kind)
        for n, kind in enumerate(["request", "revisit", "metadata", "warcinfo", "odd"])
    ]
    others.append(record(7, b"x", media_type="text/dns"))
    assert told(read_bytes(packed([*others, record(1)]))) == [ONE]


def test_resources_and_conversions_are_documents() -> None:
    kinds = [record(1, PAGE, kind="resource", media_type="text/html; charset=utf-8")]
    kinds.append(record(2, b"plain words", kind="conversion", media_type="text/plain"))
    first, second = items_of(read_bytes(b"".join(kinds)))
    assert (first.capture.http_status, first.capture.media_type, first.capture.charset) == (
        None,
        "text/html",
        "utf-8",
    )
    assert second.payload == b"plain words"


def test_other_statuses_are_captured_and_assets_are_refused() -> None:
    gone = record(1, response(b"<p>gone", status="404 Not Found"))
    image = record(2, response(b"\x89PNG", kind="image/png"))
    moved = record(3, response(b"", status="301 Moved", kind="image/png"))
    found = read_bytes(packed([gone, image, moved]))
    assert told(found) == [ONE, "unsupported_type", THREE]
    assert [item.capture.http_status for item in items_of(found)] == [404, 301]


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (b"no response at all", "corrupt"),
        (response(b"\x1f\x8bxx", "Content-Encoding: gzip"), "corrupt"),
        (response(gzip.compress(bytes(30 << 20)), "Content-Encoding: gzip"), "too_large"),
        (response(bytes(30 << 20)), "too_large"),
    ],
)
def test_bad_responses_cost_themselves_only(block: bytes, reason: str) -> None:
    assert told(read_bytes(packed([record(1), record(2, block), record(3)]))) == [ONE, reason, THREE]


def test_dates_are_utc_and_a_broken_one_falls_back() -> None:
    for date in ("2026-02-02T10:00:00Z", "nonsense", "9999-12-31T23:59:59-23:00"):
        (item,) = items_of(read_bytes(record(1).replace(b"2026-02-02T10:00:00Z", date.encode())))
        assert item.capture.fetched_at.isoformat() in (
            "2026-02-02T10:00:00+00:00",
            "2026-03-01T12:00:00+00:00",
        )


def test_refusals_of_one_member_have_keys_of_their_own() -> None:
    found = read_bytes(gzip.compress(record(1, b"bad") + record(2, b"bad")))
    assert [one.item_key for one in refusals_of(found)] == ["x.warc@0", "x.warc@0+1"]


@pytest.mark.parametrize(
    "note", [b"{}", b"[]", b"nonsense", b'{"item_key": 1, "stage": 2, "detail": 3, "reason": "?"}']
)
def test_a_foreign_note_of_a_refusal_is_a_refusal(note: bytes) -> None:
    (found,) = read_bytes(record(1, note, kind="metadata", media_type=REFUSAL_TYPE))
    assert isinstance(found, Refusal)
    assert found.dropped.reason == "corrupt"


def test_memory_is_bounded_by_the_limit_not_by_the_file() -> None:
    big = io.BytesIO(packed([record(1, response(NOISE * 3000)), record(2)] * 4))
    tracemalloc.start()
    try:
        found = list(frame_records(big, 1 << 20))
        assert [isinstance(one, Damage) or one.block is None for one in found] == [True, False] * 4
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
