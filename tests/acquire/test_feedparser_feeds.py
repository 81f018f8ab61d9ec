"""feedparser's own test feeds, well-formed and not: each one becomes a feed or a Dropped with its reason.

They stand in feedparser's source distribution, which `make test` fetches with the hash of the lock; nothing
of it is copied into the project. Some name a header of their answer in a comment (`Header: Content-type: x`).
"""

import re
import sys
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.acquire.records import ParsedFeed
from pipeline.archive.http import content_type
from pipeline.archive.identity import make_capture
from pipeline.dispositions import Reason
from pipeline.records import Capture, Dropped
from pipeline.settings import Limits
from pipeline.work import Workers, examine_feed

FETCHED = Path(sys.prefix) / "feeds"
URL = "https://news.example/feed"
HEADER = re.compile(rb"^Header:\s+Content-type:\s*(\S.*?)\s*$", re.IGNORECASE | re.MULTILINE)
# What a body that is no feed may be dropped for; a crash, a timeout or an error of ours is none of these.
REASONS = {Reason.NOT_A_FEED, Reason.EMPTY, Reason.CORRUPT}


def bodies() -> dict[str, bytes]:
    """The test feeds by their path in the distribution."""
    found = sorted(FETCHED.glob("feedparser-*.tar.gz"))
    if not found:
        pytest.skip("the source distribution of feedparser was not fetched: `make test` does it (network)")
    with tarfile.open(found[-1]) as archive:
        files = [one for one in archive if one.isfile() and "/tests/" in one.name]
        opened = {one.name.partition("/")[2]: archive.extractfile(one) for one in files}
        return {name: file.read() for name, file in opened.items() if file and name.endswith(".xml")}


def capture(payload: bytes) -> Capture:
    said = HEADER.search(payload)
    media_type, charset = content_type(said[1].decode("latin-1") if said else "application/xml")
    made = make_capture(
        payload, url=URL, fetched_at=datetime(2026, 11, 25, tzinfo=UTC), media_type=media_type
    )
    return replace(made, charset=charset)


def test_feedparsers_own_feeds_come_out_as_a_feed_or_with_a_reason() -> None:
    feeds = bodies()
    assert len(feeds) > 1500
    with Workers(2, Limits()) as workers:
        items = [(capture(payload), payload) for payload in feeds.values()]
        outcomes = [outcome for _, outcome in workers.run(examine_feed, items)]
    strange = {
        name: outcome
        for name, outcome in zip(feeds, outcomes, strict=True)
        if not isinstance(outcome, ParsedFeed)
        and not (isinstance(outcome, Dropped) and outcome.reason in REASONS)
    }
    assert strange == {}
    parsed = sum(isinstance(outcome, ParsedFeed) for outcome in outcomes)
    assert parsed / len(feeds) > 0.99
