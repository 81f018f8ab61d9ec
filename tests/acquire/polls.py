"""Answers and states for the tests of the decider."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.acquire.records import Failed, Failure, FeedState, Fetched
from pipeline.acquire.schedule import body_sha256, new_feed
from pipeline.records import Exchange

URL = "https://news.example/feed"
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)  # a Wednesday
HALF_HOUR = 1800
BODY = b"<rss/>"


def state(**changes: Any) -> FeedState:
    """A feed that has been polled before, half an hour ago, and holds both validators."""
    before = NOW - timedelta(seconds=HALF_HOUR)
    polled = replace(
        new_feed(URL, before),
        etag=b'"a"',
        last_modified=b"Wed, 25 Nov 2026 10:00:00 GMT",
        body_sha256=body_sha256(BODY),
        last_polled_at=before,
        last_success_at=before,
        last_new_at=before,
    )
    return replace(polled, **changes)


def answer(
    status: int = 200,
    headers: dict[str, str] | None = None,
    body: bytes = b"<rss>new</rss>",
    permanent_url: str | None = None,
    final_url: str = URL,
) -> Fetched:
    """One answer; with another `final_url` there was a redirect before it."""
    sent = tuple((name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items())
    hops = tuple(
        Exchange(url, NOW, b"", code, b"", b"", "203.0.113.7")
        for url, code in ([(URL, 301)] if final_url != URL else []) + [(final_url, status)]
    )
    return Fetched(URL, hops, status, final_url, permanent_url, sent, body, NOW, 0.1)


def failed(failure: Failure) -> Failed:
    """No answer."""
    return Failed(URL, failure, "no answer", (), NOW)
