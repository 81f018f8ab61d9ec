"""When to poll a feed again: old state and the outcome of a poll in, new state out. Nothing here acts.

    wait = the longest of: the feed's own interval, Cache-Control max-age, Retry-After, ttl, sy:updatePeriod
         + jitter, clamped to 10 minutes .. 7 days, then on to the first hour and day that are not skipped

The own interval follows how often new entries come. Failures lengthen the wait without end up to a limit, and
leave the interval alone, so that a feed that comes back is polled as before. The caller commits the new state
together with the entries of the body: validators that outlive lost entries would lose them for good.

Sources: RFC 9110 (conditional requests 13, redirects 15.4, Retry-After 10.2.3), RFC 9111 (max-age 5.2.2.1),
RSS 2.0 (ttl, skipHours, skipDays), RSS 1.0 syndication module (sy:updatePeriod).
"""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from uuid import UUID, uuid5

from pipeline.acquire.records import Failed, Failure, FeedHints, FeedState, Fetched, ParsedFeed

FEEDS = UUID("5d3b0c5e-8f0e-5a57-9b53-0a9b3f6f7c41")
FIRST_INTERVAL = 30 * 60
SHORTEST = 10 * 60
LONGEST = 7 * 24 * 3600
# A permanent redirect is believed after this many good polls in a row: a publisher's mistake is gone by then,
# and until then the redirect is followed, which costs one request a poll.
MOVE_CONFIRMATIONS = 5
# Added to every wait, at most: feeds subscribed at the same time drift apart.
JITTER = 0.1
# Several new entries at one poll: the feed is faster than the interval. None: it is slower, but it is asked
# at least four times in the length of its present silence, so that a quiet night costs no morning.
FASTER, SLOWER = 0.5, 1.25
ASKED_PER_SILENCE = 4
# After a failure the wait doubles each time, up to a day for what passes by itself and a week for the rest.
PASSING = frozenset(
    {
        Failure.timeout,
        Failure.dns,
        Failure.connection,
        Failure.tls,
        Failure.protocol,
        Failure.rate_limited,
        Failure.server_error,
        Failure.corrupt,
    }
)
LONGEST_PASSING = 24 * 3600
# What a host that says 429 or 503 without a time is left alone for, and at most.
HOST_REST = 10 * 60
LONGEST_HOST_REST = 24 * 3600

Answer = Literal["changed", "same", "unchanged"]
_MAX_AGE = re.compile(rb"(?:^|[\s,;])max-age\s{0,9}=\s{0,9}\"?([0-9]{1,20})(?![0-9])", re.IGNORECASE)
_SECONDS = re.compile(rb"[0-9]{1,20}")
_BY_STATUS = {
    401: Failure.forbidden,
    403: Failure.forbidden,
    404: Failure.not_found,
    410: Failure.gone,
    429: Failure.rate_limited,
    451: Failure.forbidden,
}


def new_feed(feed_url: str, now: datetime) -> FeedState:
    """The state of a feed that has just been subscribed: due at once."""
    return FeedState(
        feed_id=str(uuid5(FEEDS, feed_url)),
        feed_url=feed_url,
        etag=None,
        last_modified=None,
        body_sha256=None,
        next_poll_at=now,
        interval_seconds=FIRST_INTERVAL,
        failures=0,
        last_failure=None,
        status="active",
        last_polled_at=None,
        last_success_at=None,
        last_new_at=None,
        moved_to=None,
        moved_times=0,
        kind=None,
        title=None,
        language=None,
    )


def answer_of(state: FeedState, fetched: Fetched) -> Answer | Failure:
    """What an answer means: a changed body, the same body again (200), unchanged (304), or a failure."""
    if fetched.status == 304:
        # Only one who has asked on condition can be told that nothing has changed.
        return "unchanged" if state.etag or state.last_modified else Failure.protocol
    if fetched.status == 200:
        return "same" if body_sha256(fetched.payload) == state.body_sha256 else "changed"
    return failure_of(fetched.status)


def failure_of(status: int) -> Failure:
    """What a status says that is neither 200 nor 304."""
    return Failure.server_error if status >= 500 else _BY_STATUS.get(status, Failure.http_error)


def body_sha256(payload: bytes) -> str:
    """The hash by which an unchanged body is recognised."""
    return hashlib.sha256(payload).hexdigest()


def described(state: FeedState, parsed: ParsedFeed) -> FeedState:
    """The state with what the feed says about itself; what it leaves out stays as it was."""
    return replace(
        state,
        kind=parsed.kind,
        title=parsed.title or state.title,
        language=parsed.language or state.language,
    )


def after_poll(
    state: FeedState,
    outcome: Fetched | Failed,
    hints: FeedHints | None,
    new_entries: int,
    now: datetime,
    jitter: float,
) -> FeedState:
    """The state after one poll.

    `hints` are those of a body just parsed; None where none was (a 304, the same body, a failure), and then
    the ones held stay in force. A body that is no feed comes as Failed with Failure.malformed. `jitter` is
    in 0..1.
    """
    polled = replace(state, last_polled_at=now, hints=state.hints if hints is None else hints)
    if isinstance(outcome, Failed):
        return _after_failure(polled, outcome.failure, outcome, now, jitter)
    answer = answer_of(state, outcome)
    if isinstance(answer, Failure):
        return _after_failure(polled, answer, outcome, now, jitter)
    known = _with_validators(polled, outcome) if outcome.status == 200 else polled
    return _after_success(known, outcome, new_entries, now, jitter)


def host_rest(
    outcome: Fetched | Failed, now: datetime, jitter: float, shortest: float = HOST_REST
) -> datetime | None:
    """Until when the whole host is left alone, after a 429 or a 503; None after anything else.

    `shortest` in seconds: the rest of a host that asks for none.
    """
    if isinstance(outcome, Failed) or outcome.status not in (429, 503):
        return None
    asked = retry_after(outcome.header(b"retry-after"), now)
    seconds = min(max(asked, shortest), LONGEST_HOST_REST)
    return now + timedelta(seconds=seconds * (1 + JITTER * jitter))


def max_age(value: bytes | None) -> int:
    """The seconds of `Cache-Control: max-age`, the longest of several; 0 where there is none."""
    return max((int(seconds) for seconds in _MAX_AGE.findall(value or b"")), default=0)


def retry_after(value: bytes | None, now: datetime) -> int:
    """The seconds that `Retry-After` asks for, as a number or as a date; 0 where it asks for nothing."""
    text = (value or b"").strip()
    if _SECONDS.fullmatch(text):
        return int(text)
    try:
        moment = parsedate_to_datetime(text.decode("ascii"))
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0, int((zoned - now).total_seconds() + 0.999))
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0


def _after_success(
    state: FeedState, fetched: Fetched, new_entries: int, now: datetime, jitter: float
) -> FeedState:
    interval = _adapted(state, new_entries, now)
    done = replace(
        _moved(state, fetched),
        interval_seconds=interval,
        failures=0,
        last_failure=None,
        status="active" if state.status == "gone" else state.status,
        last_success_at=now,
        last_new_at=now if new_entries else state.last_new_at,
    )
    return replace(done, next_poll_at=_next_poll(interval, fetched, state.hints, now, jitter))


def _after_failure(
    state: FeedState,
    failure: Failure,
    outcome: Fetched | Failed,
    now: datetime,
    jitter: float,
) -> FeedState:
    failures = state.failures + 1
    ended = failure is Failure.gone and isinstance(outcome, Fetched) and _is_final(outcome)
    limit = LONGEST_PASSING if failure in PASSING else LONGEST
    # An interval can be longer than the limit already: then a failure does not shorten it.
    wait = max(state.interval_seconds, min(limit, state.interval_seconds * 2 ** min(failures, 20)))
    return replace(
        state,
        failures=failures,
        last_failure=failure,
        status="gone" if ended else state.status,
        next_poll_at=_next_poll(wait, outcome, state.hints, now, jitter),
    )


def _is_final(fetched: Fetched) -> bool:
    """Whether an answer was given for the feed's own address, not for one it led to for the time being."""
    return len(fetched.hops) <= 1 or fetched.permanent_url == fetched.final_url


def _with_validators(state: FeedState, fetched: Fetched) -> FeedState:
    """Both validators of a 200, also where one of them is missing: they describe one body."""
    return replace(
        state,
        etag=fetched.header(b"etag"),
        last_modified=fetched.header(b"last-modified"),
        body_sha256=body_sha256(fetched.payload),
    )


def _moved(state: FeedState, fetched: Fetched) -> FeedState:
    """Count one permanent redirect; after enough of them in a row to one address, that is the feed's."""
    target = fetched.permanent_url
    if target is None or target == state.feed_url:
        return replace(state, moved_to=None, moved_times=0)
    times = state.moved_times + 1 if target == state.moved_to else 1
    if times < MOVE_CONFIRMATIONS:
        return replace(state, moved_to=target, moved_times=times)
    return replace(
        state,
        feed_url=target,
        etag=None,
        last_modified=None,
        body_sha256=None,
        moved_to=None,
        moved_times=0,
    )


def _adapted(state: FeedState, new_entries: int, now: datetime) -> int:
    """The feed's own interval after a success, from how many entries were new since the poll before."""
    interval = state.interval_seconds
    if state.last_success_at is None:
        return interval  # everything is new at first: it says nothing about how often
    if new_entries > 1:
        return _clamped(interval * FASTER)
    if new_entries == 1 or state.last_new_at is None:
        return _clamped(interval if new_entries else interval * SLOWER)
    silence = (now - state.last_new_at).total_seconds() / ASKED_PER_SILENCE
    return _clamped(max(interval, min(interval * SLOWER, silence)))


def _clamped(seconds: float) -> int:
    return int(min(max(seconds, SHORTEST), LONGEST))


def _next_poll(
    interval: int, outcome: Fetched | Failed, hints: FeedHints, now: datetime, jitter: float
) -> datetime:
    asked = [interval, hints.ttl_seconds or 0, hints.sy_seconds or 0]
    if isinstance(outcome, Fetched):
        asked.append(max_age(outcome.header(b"cache-control")))
        asked.append(retry_after(outcome.header(b"retry-after"), now))
    wait = _clamped(min(max(asked), LONGEST) * (1 + JITTER * jitter))
    return _outside_skipped(now + timedelta(seconds=wait), hints, now + timedelta(seconds=LONGEST), jitter)


def _outside_skipped(moment: datetime, hints: FeedHints, latest: datetime, jitter: float) -> datetime:
    """The moment itself, or one soon after the next hour (UTC) that the feed does not skip."""
    moved = moment
    while _is_skipped(moved, hints) and moved < latest:
        hour = moved.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        moved = hour + timedelta(seconds=SHORTEST * jitter)
    return min(moved, latest)


def _is_skipped(moment: datetime, hints: FeedHints) -> bool:
    return moment.hour in hints.skip_hours or moment.weekday() in hints.skip_days
