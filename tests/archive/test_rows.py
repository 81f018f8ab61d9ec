"""Rows of JSON lines: an item or a refusal each, whatever is in them."""

import io
import json

import pytest

from pipeline.archive.parts import Reading
from pipeline.archive.rows import read_rows
from pipeline.clean import clean
from pipeline.records import Article, Dropped, Item, Refusal
from tests.archive.samples import AT, LIMITS, found_in, told

STORY = "The harbour of the town opened on Monday, a year later than planned, and the mayor was glad of it."


def rows(*lines: bytes) -> list[Item | Refusal]:
    return found_in(read_rows(io.BytesIO(b"\n".join(lines)), "x.jsonl", Reading(LIMITS), AT))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "invalid_json"),
        (b"[1]", "invalid_json"),
        (b"null", "invalid_json"),
        (b"[" * 200_000, "invalid_json"),
        (b'{"text": 1' + b"0" * 5000 + b"}", "invalid_json"),
        (b"\xfa\xfb\x00", "invalid_json"),
        (b'{"title": "no text"}', "no_text"),
        (b'{"text": 5, "html": null}', "no_text"),
        (b'{"text": "  "}', "no_text"),
    ],
)
def test_lines_that_are_no_rows(line: bytes, reason: str) -> None:
    (found,) = rows(line)
    assert isinstance(found, Refusal)
    assert found.dropped.reason == reason
    assert found.item_key == "x.jsonl:1"
    assert found.dropped.detail.encode()


def test_blank_lines_count_as_lines_but_not_as_items() -> None:
    found = rows(b"", b'{"text": "one"}', b"  ", b"oops")
    assert told(found) == ["application/json", "invalid_json"]
    assert isinstance(found[1], Refusal)
    assert found[1].item_key == "x.jsonl:4"


@pytest.mark.parametrize(
    "row",
    [
        {"text": STORY, "title": "\ud800 half a character \udfff"},
        {"text": STORY + "\ud800", "url": "https://news.example/\ud800"},
        {"text": STORY + "\x00", "url": "https://news.example/\x00"},
        {"text": STORY, "url": "x" * 100_000},
        {"text": STORY, "url": 17, "authors": {"a": 1}, "published_at": 10**400, "language": []},
        {"text": STORY, "published_at": float("nan"), "fetched_at": "0001-01-01T00:00:00+14:00"},
        {"text": STORY, "fetched_at": "9999-12-31T23:59:59-12:00"},
        {"text": STORY, "url": "https://news.example/a\r\nWARC-Type: warcinfo"},
    ],
)
def test_odd_values_give_an_article_that_can_be_stored(row: dict[str, object]) -> None:
    (item,) = rows(json.dumps(row).encode())
    assert isinstance(item, Item)
    assert repr(item.capture).encode("utf-8")
    assert "\n" not in (item.capture.url or "")
    outcome = clean(item.capture, item.payload)
    assert isinstance(outcome, Article), outcome
    assert repr(outcome).encode()


def test_raw_control_characters_and_old_charsets_are_let_through_to_cleaning() -> None:
    for line in (b'{"text": "one\ttwo \x00 three"}', '{"text": "Ein schöner Morgen"}'.encode("cp1252")):
        (item,) = rows(line)
        assert isinstance(item, Item)
        assert item.payload == line
        assert isinstance(clean(item.capture, item.payload), Article | Dropped)


def test_address_and_time_come_from_the_row() -> None:
    (item,) = rows(
        b'{"text": "t", "url": " https://news.example/a b ", "fetched_at": "2026-01-02T03:04:05+01:00"}'
    )
    assert isinstance(item, Item)
    assert item.capture.url == "https://news.example/a%20b"
    assert item.capture.fetched_at.isoformat() == "2026-01-02T02:04:05+00:00"
