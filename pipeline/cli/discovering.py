"""Finding the feeds of a site: the address itself, what its page names, sitemaps of robots.txt, common paths.

Of a page that is no feed, robots.txt is asked first: it is fetched as a page.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.acquire.redact import redact
from pipeline.cli.asking import Desk, Finding, together
from pipeline.errors import UsageError
from pipeline.records import Capture, Dropped

if TYPE_CHECKING:
    from pipeline.acquire.discovery import Candidate


class NoFeedError(Exception):
    """A site without feeds, or a page that cannot be had."""


async def feeds_at(desk: Desk, url: str) -> list[Finding]:
    """The feeds of a site: the address itself, what its page names, or else the first of other places.

    Raises NoFeedError where there is none.
    """
    from pipeline.acquire.discovery import Candidate, common_paths
    from pipeline.acquire.records import Failed

    shown = redact(url)
    verdict = await desk.robots.verdict(url)
    if not verdict.allowed:
        raise NoFeedError(f"{shown}: {verdict.why}; a feed itself is not bound by it: {A_FEED_ITSELF}")
    answer = await desk.get(url, verdict.crawl_delay)
    itself = await desk.judged(url, answer)
    if itself.feed:
        return [itself]
    if isinstance(answer, Failed) or answer.status >= 400:
        raise NoFeedError(f"{shown}: {itself.status}, {itself.detail}; name another page of the site")
    named = await desk.examine(candidates, answer)
    found = await together([desk.find(one.url) for one in ([] if isinstance(named, Dropped) else named)])
    if well := distinct(found):
        return well
    listed = [Candidate(one, None, "robots") for one in await desk.robots.sitemaps(url)]
    for candidate in (*listed, *common_paths(answer.final_url)):
        tried = await desk.find(candidate.url)
        if tried.feed:
            return [tried]
    raise NoFeedError(f"{shown}: no feed found; name another page of the site, or a feed itself")


A_FEED_ITSELF = "`newsflow feeds check` asks it, `newsflow feeds add --no-check` subscribes it"


def candidates(capture: Capture, payload: bytes) -> "list[Candidate]":
    """What a page names as feeds; runs in a worker, as pages are strangers' bytes."""
    from pipeline.acquire.discovery import find_feeds

    return find_feeds(payload, capture.final_url or capture.url or "", capture.charset)


def distinct(found: Iterable[Finding]) -> list[Finding]:
    """Those that are feeds, each feed once."""
    from pipeline.acquire.discovery import is_same_feed

    kept: list[Finding] = []
    for one in found:
        if one.feed and not any(other.feed and is_same_feed(one.feed, other.feed) for other in kept):
            kept.append(one)
    return kept


def check_address(url: str) -> None:
    """Raise UsageError for what is no web address."""
    from pipeline.acquire.entries import absolute_url

    if absolute_url(url, "") is None:
        raise UsageError(f"{redact(url)}: no web address; write it as https://news.example/")
