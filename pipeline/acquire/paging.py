"""One attempt at one page: robots.txt, its turn, the request, and what the answer means.

Page ── may we? ── turn ── GET, conditional when checked again ──> answer ── new payload? ──> Item
"""

from collections.abc import Callable
from datetime import datetime

from pipeline.acquire.clock import Clock
from pipeline.acquire.polite import PoliteGetter
from pipeline.acquire.records import Failed, Failure, Fetched, Page, Validators
from pipeline.acquire.results import Outcome, PageResult
from pipeline.acquire.robots import Robots, Verdict, opt_outs
from pipeline.acquire.schedule import body_sha256, failure_of, host_rest
from pipeline.archive.warc import Came, read_response
from pipeline.archive.writing import response_block
from pipeline.records import Item, Refusal


class PageFetcher:
    """Fetches pages politely. `hide` writes an address as tables hold it; `payload_bytes` bounds an item."""

    def __init__(
        self,
        polite: PoliteGetter,
        robots: Robots,
        clock: Clock,
        hide: Callable[[str], str],
        payload_bytes: int,
    ) -> None:
        self._polite = polite
        self._robots = robots
        self._clock = clock
        self._hide = hide
        self._payload_bytes = payload_bytes

    async def fetch(self, page: Page, url: str) -> PageResult:
        """Ask once. `url` is the page's address with its secrets."""
        verdict = await self._robots.verdict(url)
        if not verdict.allowed:
            failure = Failure.robots if verdict.is_known else Failure.robots_unknown
            refused = Failed(url, failure, verdict.why, (), self._clock.now())
            return PageResult(page, refused, failure, None, verdict.training_opt_outs, None)
        held = Validators(page.etag, page.last_modified) if page.payload_sha256 else None
        answer = await self._polite.get(url, held, verdict.crawl_delay, self._robots.verdict)
        until = host_rest(answer, self._clock.now(), 0.0)
        if isinstance(answer, Failed):
            return PageResult(page, answer, answer.failure, None, verdict.training_opt_outs, until)
        return self._judged(page, answer, verdict, until)

    def _judged(self, page: Page, answer: Fetched, verdict: Verdict, until: datetime | None) -> PageResult:
        said = opt_outs(verdict, answer.headers)
        outcome = _outcome_of(page, answer)
        found = None if outcome in ("same", "unchanged") else self._item(page, answer)
        return PageResult(page, answer, outcome, found, said, until)

    def _item(self, page: Page, answer: Fetched) -> Item | Refusal:
        """What the answer is worth, read as it will be from the capture file."""
        url = self._hide(answer.final_url)
        came = Came(url, answer.fetched_at, None if url == page.url else page.url)
        key = f"{page.url}@{answer.fetched_at.isoformat()}"
        return read_response(response_block(answer.hops[-1]), key, self._payload_bytes, came)


def _outcome_of(page: Page, answer: Fetched) -> Outcome:
    if answer.status == 304 and page.payload_sha256:
        return "unchanged"
    if answer.status != 200:
        return failure_of(answer.status)
    return "same" if body_sha256(answer.payload) == page.payload_sha256 else "fetched"
