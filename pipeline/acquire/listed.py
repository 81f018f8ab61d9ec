"""Pages that a list names: those that can be wanted are fetched from their sites, as live ingestion does.

    addresses, in the list's order ── can it be wanted? ── robots.txt, turn of the host, GET ──> items

What is fetched now is captured now. Of the dates that lists give, only one of publication is compared with
the publication dates that are wanted, and with a day to spare, because it may be a date without time or zone;
the article decides. The date of a page's last change is no date of publication, but no page is published
after it: one that lies before all wanted dates is enough not to ask.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.acquire.ahead import Window, drawn, in_order
from pipeline.acquire.patient import Reach, Requests, end, refusal_of
from pipeline.acquire.records import Failed, Failure, FeedEntry, Fetched
from pipeline.acquire.schedule import failure_of
from pipeline.archive.parts import Reading, Step, Steps
from pipeline.archive.wanted import Passed, Period, Wanted
from pipeline.records import Item

SPARE = timedelta(days=1)
# Of a list of one site's pages: nobody can read on.
WHOLE_SITE = {Failure.rate_limited, Failure.robots_unknown}


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of a list and its index in it. `published_at`, `changed_at`: what the list says of it."""

    position: int
    url: str
    published_at: datetime | None = None
    changed_at: datetime | None = None


Listing = Callable[[Requests], AsyncGenerator[Step | Listed, None]]


def listed_at(position: int, entry: FeedEntry) -> Listed:
    """An entry of a feed or sitemap as an address of a list."""
    if entry.is_change:
        return Listed(position, entry.url, changed_at=entry.published_at)
    return Listed(position, entry.url, published_at=entry.published_at)


def read_listed(reach: Reach, reading: Reading, listing: Listing, is_one_site: bool) -> Steps:
    """The steps of a list from `reading.begin` on; nothing before it is asked for.

    `is_one_site`: a host that wants to be left alone for long ends the part; of others it costs its pages.
    """
    return drawn(lambda: _steps(reach, reading, listing, is_one_site), reading.on_bytes)


async def _steps(
    reach: Reach, reading: Reading, listing: Listing, is_one_site: bool
) -> AsyncGenerator[list[Step], None]:
    window = Window(reach.lists.ahead, reach.network.requests, reach.lists.ahead_bytes)
    async with reach.requests(reading.limits) as requests:
        fetched = _Pages(requests, reading.wanted, reach.hide, is_one_site)
        places = _wanted(listing(requests), reach, reading)
        async for steps in in_order(places, fetched.step, window):
            yield steps


async def _wanted(
    listing: AsyncGenerator[Step | Listed, None], reach: Reach, reading: Reading
) -> AsyncGenerator[Step | Listed, None]:
    """The addresses that are to be asked for, and steps for those that are not."""
    async for one in listing:
        if one.position < reading.begin:
            continue
        if isinstance(one, Step):
            yield one
            continue
        passed = passes(one, reading.wanted, reach.clock.now())
        yield Step(one.position, None, passed) if passed else one


def passes(one: Listed, wanted: Wanted, now: datetime) -> Passed | None:
    """Why a page is not asked for, by what its list says; `now` is the time of its capture."""
    if passed := wanted.refuses(one.url, now, None):
        return passed
    since = wanted.published.since and wanted.published.since - SPARE
    until = wanted.published.until and wanted.published.until + SPARE
    if one.published_at is not None and not Period(since, until).holds(one.published_at):
        return Passed.PUBLISHED_AT
    if one.changed_at is not None and not Period(since).holds(one.changed_at):
        return Passed.PUBLISHED_AT
    return None


@dataclass(frozen=True, slots=True)
class _Pages:
    """Pages as they are fetched."""

    requests: Requests
    wanted: Wanted
    hide: Callable[[str], str]
    is_one_site: bool

    async def step(self, place: Listed) -> Step:
        """One page: an item, or why there is none."""
        result = await self.requests.page(place.url)
        answer, key = result.answer, self.hide(place.url)
        if self.requests.is_away(answer) or (self.is_one_site and _failure(answer) in WHOLE_SITE):
            return Step(place.position, end(key, answer))
        if isinstance(answer, Failed) or answer.status != 200 or result.found is None:
            return Step(place.position, refusal_of(key, answer))
        found = result.found
        passed = self.wanted.refuses_capture(found.capture) if isinstance(found, Item) else None
        return Step(place.position, None if passed else found, passed)


def _failure(answer: Fetched | Failed) -> Failure:
    return answer.failure if isinstance(answer, Failed) else failure_of(answer.status)
