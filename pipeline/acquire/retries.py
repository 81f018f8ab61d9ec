"""When to ask for a page again: after a failure, and for revisions of a young article. Nothing here acts.

What passes by itself is tried five times within a day and a half, what a publisher may mend three times, a
refusal twice; then the page is in quarantine until somebody asks for it (`newsflow retry`). What no time will
mend (410, a forbidden address, robots.txt) is not tried again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.acquire.records import Failed, Failure, Page
from pipeline.acquire.results import PageResult
from pipeline.records import Item, Refusal

MINUTE, HOUR = 60, 3600
_PASSING = (5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR)
_MISSING = (10 * MINUTE, 2 * HOUR, 24 * HOUR)  # feeds list pages that are published a little later
_REFUSED = (HOUR, 24 * HOUR)
LADDERS: dict[Failure, tuple[int, ...]] = {
    Failure.timeout: _PASSING,
    Failure.dns: _PASSING,
    Failure.connection: _PASSING,
    Failure.tls: _PASSING,
    Failure.protocol: _PASSING,
    Failure.corrupt: _PASSING,
    Failure.rate_limited: _PASSING,
    Failure.server_error: _PASSING,
    Failure.robots_unknown: _PASSING,
    Failure.redirects: _MISSING,
    Failure.not_found: _MISSING,
    Failure.http_error: _MISSING,
    Failure.forbidden: _REFUSED,
}
JITTER = 0.1
GOOD_AGAIN = ("same", "unchanged")
# Checks of a page lie at least this far apart, also where two ages fall close to the first answer.
SHORTEST_CHECK = timedelta(minutes=10)


def next_try(failure: Failure, failures: int, now: datetime, jitter: float) -> datetime | None:
    """When a page that failed `failures` times in a row is tried again; None: it is given up.

    `jitter` is in 0..1.
    """
    ladder = LADDERS.get(failure, ())
    if failures > len(ladder):
        return None
    return now + timedelta(seconds=ladder[failures - 1] * (1 + JITTER * jitter))


def next_check(
    born_at: datetime, now: datetime, age_hours: tuple[float, ...], jitter: float
) -> datetime | None:
    """When a page that came well is asked for revisions; None: it is old enough to stay as it is.

    `born_at`: when the article was published, as far as is known; `age_hours`: the ages at which to check.
    """
    for hours in age_hours:
        at = born_at + timedelta(hours=hours)
        if at >= now + SHORTEST_CHECK:
            return at + timedelta(hours=hours) * JITTER * jitter
    return None


def after_fetch(
    result: PageResult, is_article: bool, age_hours: tuple[float, ...], jitter: float
) -> tuple[Page, datetime | None]:
    """The page after an attempt, and when there is another one.

    `is_article`: whether a new payload became an article that is checked for revisions at this address.
    """
    page, answer, at = result.page, result.answer, result.answer.fetched_at
    if isinstance(answer, Failed) or isinstance(result.outcome, Failure):
        failure = answer.failure if isinstance(answer, Failed) else Failure(str(result.outcome))
        due_at = next_try(failure, page.failures + 1, at, jitter)
        if due_at is not None and result.wait_until is not None:
            due_at = max(due_at, result.wait_until)
        return replace(page, failures=page.failures + 1), due_at
    known = replace(page, failures=0, checks=page.checks + 1)
    if answer.status == 200:
        found = result.found
        digest = found.capture.payload_sha256 if isinstance(found, Item) else page.payload_sha256
        etag, last_modified = answer.header(b"etag"), answer.header(b"last-modified")
        known = replace(known, payload_sha256=digest, etag=etag, last_modified=last_modified)
    goes_on = result.outcome in GOOD_AGAIN or (is_article and not isinstance(result.found, Refusal))
    return known, next_check(page.born_at, at, age_hours, jitter) if goes_on else None
