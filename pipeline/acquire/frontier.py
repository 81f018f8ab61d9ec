"""What is due: pages by host, each once, and feeds by the time of their next poll. In memory only."""

import heapq
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pipeline.acquire.hosts import host_of
from pipeline.acquire.records import FeedState, Page


class Frontier:
    """`add`, then `release` what is due, then `take` it host by host; `done` forgets a page."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._later: list[tuple[datetime, int, Page]] = []
        self._ready: dict[str, deque[Page]] = {}
        self._count = 0

    def add(self, page: Page) -> None:
        """Hold a page until it is done; one that is held already stays as it is."""
        if page.page_id in self._held:
            return
        self._held.add(page.page_id)
        self._count += 1
        heapq.heappush(self._later, (page.due_at, self._count, page))

    def release(self, now: datetime) -> None:
        """Let pages that are due be taken, in the order in which they became it."""
        while self._later and self._later[0][0] <= now:
            page = heapq.heappop(self._later)[2]
            self._ready.setdefault(host_of(page.url), deque()).append(page)

    def hosts(self) -> list[str]:
        """The hosts of which pages can be taken."""
        return list(self._ready)

    def take(self, host: str) -> Page | None:
        """The next page of a host; it counts as held until it is done."""
        waiting = self._ready.get(host)
        if waiting is None:
            return None
        page = waiting.popleft()
        if not waiting:
            del self._ready[host]
        return page

    def done(self, page: Page) -> None:
        """Forget a page: what follows for it is in the tables, or is added anew."""
        self._held.discard(page.page_id)

    def next_due(self) -> datetime | None:
        """When the next page becomes due that is not yet."""
        return self._later[0][0] if self._later else None

    def counts(self) -> tuple[int, int]:
        """How many pages are due and wait for their host, and how many will be later."""
        return sum(map(len, self._ready.values())), len(self._later)


class PollSchedule:
    """The feeds, and which of them is due next. What is polled is not due again before it is put back."""

    def __init__(self) -> None:
        self._feeds: dict[str, FeedState] = {}
        self._next: list[tuple[datetime, str]] = []
        self._polled: set[str] = set()

    def replace(self, feeds: Iterable[FeedState]) -> None:
        """Take the feeds as the tables hold them; those that are polled just now stay as they are."""
        polled = {feed_id: self._feeds[feed_id] for feed_id in self._polled if feed_id in self._feeds}
        self._feeds = {feed.feed_id: feed for feed in feeds} | polled
        self._next = [
            (feed.next_poll_at, feed.feed_id)
            for feed in self._feeds.values()
            if feed.status == "active" and feed.feed_id not in self._polled
        ]
        heapq.heapify(self._next)

    def take(self, now: datetime) -> FeedState | None:
        """The feed most overdue; None where none is due."""
        while self._next and self._next[0][0] <= now:
            at, feed_id = heapq.heappop(self._next)
            feed = self._feeds[feed_id]
            if feed.next_poll_at == at and feed_id not in self._polled:
                self._polled.add(feed_id)
                return feed
        return None

    def delay(self, feed: FeedState, until: datetime) -> None:
        """A feed that was taken, and cannot be polled before then: its host is to be left alone."""
        self._polled.discard(feed.feed_id)
        self._feeds[feed.feed_id] = replace(feed, next_poll_at=until)
        heapq.heappush(self._next, (until, feed.feed_id))

    def put_back(self, feed: FeedState) -> None:
        """A feed after its poll was loaded."""
        self._polled.discard(feed.feed_id)
        self._feeds[feed.feed_id] = feed
        if feed.status == "active":
            heapq.heappush(self._next, (feed.next_poll_at, feed.feed_id))

    def next_due(self) -> datetime | None:
        """When the next feed becomes due, or became it."""
        return self._next[0][0] if self._next else None

    def counts(self, now: datetime) -> tuple[Counter[str], int]:
        """Feeds by status, and how many are due."""
        statuses: Counter[str] = Counter(feed.status for feed in self._feeds.values())
        return statuses, sum(at <= now for at, _ in self._next)
