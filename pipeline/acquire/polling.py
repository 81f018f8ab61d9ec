"""One poll of one feed: its turn, the conditional request, and what the answer means.

    FeedState ── turn ── GET, with both validators ──> answer ── changed? ── parse ──> Polled

robots.txt is not asked: it speaks of crawling, and a feed is published to be polled. The sitemaps of an index
are asked for with it, the newest ones: an index tells of them, and has no entries of its own.
"""

from collections.abc import Awaitable, Callable

from pipeline.acquire.clock import Clock
from pipeline.acquire.polite import PoliteGetter
from pipeline.acquire.records import Failed, Failure, FeedEntry, FeedState, Fetched, ParsedFeed, Validators
from pipeline.acquire.results import Outcome, Polled
from pipeline.acquire.schedule import answer_of
from pipeline.records import Dropped

Parse = Callable[[Fetched], Awaitable[ParsedFeed | Dropped]]
CHILDREN = 5  # sitemaps of an index asked for at one poll


class Poller:
    """Polls feeds politely. `parse` reads a body in a worker."""

    def __init__(self, polite: PoliteGetter, clock: Clock, parse: Parse) -> None:
        self._polite = polite
        self._clock = clock
        self._parse = parse

    async def poll(self, feed: FeedState, url: str) -> Polled:
        """Ask once. `url` is the feed's address with its secrets."""
        is_index = feed.kind == "sitemap_index"
        answer = await self._polite.get(url, None if is_index else Validators(feed.etag, feed.last_modified))
        outcome: Outcome = answer.failure if isinstance(answer, Failed) else answer_of(feed, answer)
        if isinstance(answer, Failed) or not (outcome == "changed" or (is_index and outcome == "same")):
            return Polled(feed, answer, outcome, None, (), (), self._clock.now())
        parsed = await self._parse(answer)
        if isinstance(parsed, Dropped):
            failed = Failed(url, Failure.malformed, parsed.detail, answer.hops, self._clock.now())
            return Polled(feed, failed, Failure.malformed, None, (), (), self._clock.now())
        children, entries = await self._children(parsed) if parsed.kind == "sitemap_index" else ([], [])
        return Polled(
            feed, answer, outcome, parsed, tuple(children), (*parsed.entries, *entries), self._clock.now()
        )

    async def _children(self, index: ParsedFeed) -> tuple[list[Fetched | Failed], list[FeedEntry]]:
        answers: list[Fetched | Failed] = []
        entries: list[FeedEntry] = []
        for url in index.next_urls[:CHILDREN]:
            answer = await self._polite.get(url)
            answers.append(answer)
            if isinstance(answer, Fetched) and answer.status == 200:
                parsed = await self._parse(answer)
                entries += () if isinstance(parsed, Dropped) else parsed.entries
        return answers, entries
