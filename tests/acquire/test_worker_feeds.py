"""A hostile feed costs itself only: it is cut off by time or memory, and the next ones are parsed."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.acquire.records import ParsedFeed
from pipeline.archive.identity import make_capture
from pipeline.dispositions import Reason
from pipeline.records import Capture, Dropped
from pipeline.settings import Limits
from pipeline.work import Workers, examine_feed
from tests.acquire.feed_texts import item, nested, rss

GOOD = rss(item(1, title="Паром"), item(2, link="/2")).encode("koi8-r")
SECONDS = 1.5  # feedparser takes several for the nested feed


def capture(payload: bytes) -> Capture:
    made = make_capture(
        payload,
        url="https://news.example/feed",
        fetched_at=datetime(2026, 11, 25, tzinfo=UTC),
        media_type="application/rss+xml",
    )
    return replace(made, charset="koi8-r")


def test_a_deeply_nested_feed_of_600_kb_is_cut_off_and_costs_itself_only() -> None:
    payloads = [GOOD, nested(600_000), GOOD, GOOD]
    with Workers(1, Limits()) as workers:
        warm = workers.submit(examine_feed, capture(GOOD), GOOD, seconds=30, stage="feed").result()
        assert isinstance(warm, ParsedFeed)
        begun = time.monotonic()
        tasks = [
            workers.submit(examine_feed, capture(one), one, seconds=SECONDS, stage="feed") for one in payloads
        ]
        first, hostile, *others = [task.result() for task in tasks]
        took = time.monotonic() - begun
    assert isinstance(hostile, Dropped)
    assert hostile.stage == "feed"
    assert hostile.reason in (Reason.TIMEOUT, Reason.OUT_OF_MEMORY)
    assert [first, *others] == [warm, warm, warm]
    assert took < SECONDS + 4
    assert [entry.url for entry in warm.entries] == ["https://news.example/1", "https://news.example/2"]
    assert warm.entries[0].title == "Паром"


def test_without_limit_of_its_own_an_item_has_that_of_the_settings() -> None:
    limits = replace(Limits(), item_seconds=1.0)
    payload = nested(600_000)
    with Workers(1, limits) as workers:
        found = workers.submit(examine_feed, capture(payload), payload).result()
    assert isinstance(found, Dropped)
    assert (found.stage, found.detail) == ("clean", "more than 1 s")
