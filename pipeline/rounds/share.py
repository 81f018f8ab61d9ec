"""What is due, and which share of a round asks for it: all of a publisher is in one, so that hosts are asked
politely however many shares there are.
"""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.acquire.records import FeedState, Page
from pipeline.clean.addresses import publisher_of
from pipeline.settings import Live
from pipeline.warehouse.live_rows import read_due_pages, read_feeds, read_new_pages

# Feeds and pages of one share: about three minutes at one request a second, were all of them of one host.
SHARE_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Share:
    """Share `number` of `of` in the round `round_id`, of what was due `at` a time."""

    round_id: str
    number: int
    of: int
    at: datetime

    @property
    def name(self) -> str:
        """What its manifests' names begin with."""
        return f"{self.round_id}-{self.number:03}"

    def holds(self, url: str) -> bool:
        """Whether the publisher of an address is in it."""
        return share_of(url, self.of) == self.number


@dataclass(frozen=True, slots=True)
class Due:
    """Feeds to be polled and pages to be fetched."""

    feeds: list[FeedState]
    pages: list[Page]


def share_of(url: str, of: int) -> int:
    """The share of an address, the same on every machine."""
    return zlib.crc32((publisher_of(url) or "").encode()) % of


def read_due(connection: duckdb.DuckDBPyConnection, at: datetime, live: Live) -> Due:
    """All that is due: feeds, pages to be tried or checked again, pages that were never asked for."""
    feeds = [one for one in read_feeds(connection) if one.status == "active" and one.next_poll_at <= at]
    pages = read_due_pages(connection, at, at, live.horizon_pages)
    return Due(feeds, pages + read_new_pages(connection, live.horizon_pages))


def of_share(due: Due, share: Share) -> Due:
    """What of it the share asks for."""
    return Due(
        [one for one in due.feeds if share.holds(one.feed_url)],
        [one for one in due.pages if share.holds(one.url)],
    )


def plan_shares(due: Due, round_id: str, at: datetime, most: int) -> list[Share]:
    """Shares of about SHARE_ITEMS, at most so many; none without anything in it."""
    urls = [*(one.feed_url for one in due.feeds), *(one.url for one in due.pages)]
    of = max(1, min(most, -(-len(urls) // SHARE_ITEMS)))
    return [Share(round_id, number, of, at) for number in sorted(_counts(urls, of))]


def _counts(urls: Iterable[str], of: int) -> Counter[int]:
    return Counter(share_of(url, of) for url in urls)
