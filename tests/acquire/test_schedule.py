"""The decider of polls, line by line of its contract."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acquire.records import Failed, Failure, FeedHints, FeedState, Fetched, ParsedFeed
from pipeline.acquire.schedule import (
    FIRST_INTERVAL,
    LONGEST,
    LONGEST_PASSING,
    MOVE_CONFIRMATIONS,
    SHORTEST,
    after_poll,
    answer_of,
    described,
    host_rest,
    max_age,
    new_feed,
    retry_after,
)
from tests.acquire.polls import BODY, HALF_HOUR, NOW, URL, answer, failed, state

HOUR, DAY = 3600, 24 * 3600
MOVED = "https://new.example/feed"


def poll(
    before: FeedState,
    outcome: Fetched | Failed,
    new_entries: int = 1,
    hints: FeedHints | None = None,
    now: datetime = NOW,
    jitter: float = 0.0,
) -> FeedState:
    return after_poll(before, outcome, hints, new_entries, now, jitter)


def wait(after: FeedState, now: datetime = NOW) -> float:
    return (after.next_poll_at - now).total_seconds()


def test_a_new_feed_is_due_at_once() -> None:
    feed = new_feed(URL, NOW)
    assert (feed.next_poll_at, feed.status, feed.interval_seconds) == (NOW, "active", FIRST_INTERVAL)
    assert wait(poll(feed, answer(), new_entries=40)) == FIRST_INTERVAL


# What asks for how long a wait, in seconds; the feed's own interval is half an hour.
WAITS: dict[str, tuple[dict[str, str], FeedHints | None, int]] = {
    "own interval": ({}, None, HALF_HOUR),
    "max-age": ({"cache-control": "public, max-age=7200"}, None, 7200),
    "a shorter max-age": ({"cache-control": "max-age=60"}, None, HALF_HOUR),
    "max-age in quotes": ({"cache-control": 'max-age="7200"'}, None, 7200),
    "s-maxage is not for us": ({"cache-control": "s-maxage=7200"}, None, HALF_HOUR),
    "a negative max-age": ({"cache-control": "max-age=-7200"}, None, HALF_HOUR),
    "a max-age of years": ({"cache-control": "max-age=31536000"}, None, LONGEST),
    "max-age beyond all numbers": ({"cache-control": "max-age=" + "9" * 20}, None, LONGEST),
    "Retry-After in seconds": ({"retry-after": "5400"}, None, 5400),
    "Retry-After as a date": ({"retry-after": "Wed, 25 Nov 2026 13:30:00 GMT"}, None, 3 * HOUR),
    "Retry-After in the past": ({"retry-after": "Wed, 25 Nov 2020 13:30:00 GMT"}, None, HALF_HOUR),
    "Retry-After that is none": ({"retry-after": "later"}, None, HALF_HOUR),
    "ttl": ({}, FeedHints(ttl_seconds=2 * HOUR), 2 * HOUR),
    "sy:updatePeriod": ({}, FeedHints(sy_seconds=DAY), DAY),
    "sy:updatePeriod of a year": ({}, FeedHints(sy_seconds=365 * DAY), LONGEST),
    "the longest of all": (
        {"cache-control": "max-age=3600", "retry-after": "7200"},
        FeedHints(ttl_seconds=3 * HOUR, sy_seconds=HOUR),
        3 * HOUR,
    ),
    "a skipped hour": ({}, FeedHints(skip_hours=frozenset({11})), HOUR + HALF_HOUR),
    "skipped hours over midnight": (
        {},
        FeedHints(skip_hours=frozenset({*range(11, 24), 0})),
        14 * HOUR + HALF_HOUR,
    ),
    "an hour skipped that is not due": ({}, FeedHints(skip_hours=frozenset({10, 12})), HALF_HOUR),
    "skipped days": ({}, FeedHints(skip_days=frozenset({2, 3})), int(1.5 * DAY) + HOUR + HALF_HOUR),
    "skipped hour after a skipped day": (
        {},
        FeedHints(skip_days=frozenset({2}), skip_hours=frozenset({0})),
        14 * HOUR + HALF_HOUR,
    ),
    "everything skipped": ({}, FeedHints(skip_hours=frozenset(range(24))), LONGEST),
}


@pytest.mark.parametrize("name", WAITS)
@pytest.mark.parametrize("status", [200, 304])
def test_the_longest_wait_asked_for(name: str, status: int) -> None:
    headers, hints, seconds = WAITS[name]
    assert wait(poll(state(), answer(status, headers), hints=hints)) == seconds


def test_hints_stay_in_force_where_no_body_is_parsed() -> None:
    first = poll(state(), answer(), hints=FeedHints(ttl_seconds=2 * HOUR))
    assert wait(poll(first, answer(304))) == 2 * HOUR
    assert wait(poll(first, failed(Failure.timeout))) == 2 * HOUR
    assert wait(poll(first, answer(), hints=FeedHints())) == HALF_HOUR


@pytest.mark.parametrize("seconds", [1, HALF_HOUR, LONGEST])
def test_jitter_only_lengthens_and_keeps_to_the_bounds(seconds: int) -> None:
    waits = [wait(poll(state(interval_seconds=seconds), answer(), jitter=part)) for part in (0, 0.5, 1)]
    assert waits == sorted(waits)
    assert all(max(SHORTEST, seconds) <= one <= min(LONGEST, 1.1 * max(SHORTEST, seconds)) for one in waits)


def test_jitter_spreads_feeds_after_a_skipped_hour() -> None:
    hints = FeedHints(skip_hours=frozenset({11}))
    moments = {poll(state(), answer(), hints=hints, jitter=part / 10).next_poll_at for part in range(11)}
    assert len(moments) == 11
    assert {moment.hour for moment in moments} == {12}


def test_the_interval_follows_the_entries() -> None:
    assert poll(state(), answer(), new_entries=5).interval_seconds == HALF_HOUR // 2
    assert poll(state(), answer(), new_entries=1).interval_seconds == HALF_HOUR
    silent = state(last_new_at=NOW - timedelta(days=2))
    assert poll(silent, answer(), new_entries=0).interval_seconds == HALF_HOUR * 1.25
    busy = state()
    for _ in range(10):
        busy = poll(busy, answer(), new_entries=9)
    assert busy.interval_seconds == SHORTEST


def test_a_night_does_not_cost_the_morning_and_a_dead_feed_is_asked_once_a_week() -> None:
    now, feed = NOW, state(interval_seconds=SHORTEST, last_new_at=NOW)
    polls: list[datetime] = []
    while now < NOW + timedelta(days=200):
        feed = poll(feed, answer(304), new_entries=0, now=now)
        now = feed.next_poll_at
        polls.append(now)
    in_the_night = [moment for moment in polls if moment < NOW + timedelta(hours=8)]
    assert max(after - before for before, after in pairwise(in_the_night)) <= timedelta(hours=2)
    assert polls[-1] - polls[-2] == timedelta(seconds=LONGEST)


def test_validators_are_replaced_together_after_each_200() -> None:
    both = poll(state(), answer(headers={"etag": 'W/"b  é"', "last-modified": "yesterday"}))
    assert (both.etag, both.last_modified) == ('W/"b  é"'.encode("latin-1"), b"yesterday")
    one = poll(state(), answer(headers={"etag": '"b"'}))
    assert (one.etag, one.last_modified) == (b'"b"', None)
    none = poll(state(), answer())
    assert (none.etag, none.last_modified) == (None, None)


@pytest.mark.parametrize("outcome", [answer(304, {"etag": '"z"'}), answer(500), failed(Failure.dns)])
def test_validators_stay_where_there_is_no_200(outcome: Fetched | Failed) -> None:
    after = poll(state(), outcome)
    assert (after.etag, after.last_modified, after.body_sha256) == (
        state().etag,
        state().last_modified,
        state().body_sha256,
    )


ANSWERS = [
    (answer(200), "changed"),
    (answer(200, body=BODY), "same"),
    (answer(304), "unchanged"),
    (answer(401), Failure.forbidden),
    (answer(403), Failure.forbidden),
    (answer(404), Failure.not_found),
    (answer(410), Failure.gone),
    (answer(418), Failure.http_error),
    (answer(204), Failure.http_error),
    (answer(302), Failure.http_error),
    (answer(429), Failure.rate_limited),
    (answer(451), Failure.forbidden),
    (answer(500), Failure.server_error),
    (answer(503), Failure.server_error),
]


@pytest.mark.parametrize(("outcome", "meaning"), ANSWERS)
def test_what_an_answer_means(outcome: Fetched, meaning: object) -> None:
    assert answer_of(state(), outcome) == meaning


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    bare = state(etag=None, last_modified=None)
    assert poll(bare, answer(304)).last_failure is Failure.protocol


@pytest.mark.parametrize("failure", [one for one in Failure if one is not Failure.gone])
def test_failures_wait_longer_each_time_and_never_die(failure: Failure) -> None:
    feed, waits = state(), []
    for number in range(1, 40):
        feed = poll(feed, failed(failure))
        assert (feed.failures, feed.last_failure, feed.status) == (number, failure, "active")
        waits.append(wait(feed))
    assert waits == sorted(waits)
    assert waits[:2] == [2 * HALF_HOUR, 4 * HALF_HOUR]
    assert waits[-1] in (LONGEST_PASSING, LONGEST)
    back = poll(feed, answer())
    assert (back.failures, back.last_failure, wait(back)) == (0, None, HALF_HOUR)


def test_a_failure_shortens_no_interval_that_is_long() -> None:
    assert wait(poll(state(interval_seconds=3 * DAY), failed(Failure.timeout))) == 3 * DAY


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failure_waits_as_long_as_it_is_asked(status: int) -> None:
    assert wait(poll(state(), answer(status, {"retry-after": "50000"}))) == 50_000


def test_the_host_rests_after_429_and_503() -> None:
    assert host_rest(answer(429, {"retry-after": "3600"}), NOW, 0) == NOW + timedelta(hours=1)
    assert host_rest(answer(503), NOW, 0) == NOW + timedelta(minutes=10)
    assert host_rest(answer(503), NOW, 1) == NOW + timedelta(minutes=11)
    assert host_rest(answer(429, {"retry-after": "9" * 20}), NOW, 0) == NOW + timedelta(days=1)
    assert host_rest(answer(200, {"retry-after": "3600"}), NOW, 0) is None
    assert host_rest(answer(500), NOW, 0) is None
    assert host_rest(failed(Failure.timeout), NOW, 0) is None


def redirected(permanent: bool, target: str = MOVED, status: int = 200) -> Fetched:
    return answer(status, {"etag": '"n"'}, permanent_url=target if permanent else None, final_url=target)


def test_a_permanent_redirect_moves_the_feed_after_several_confirmations() -> None:
    feed = state()
    for number in range(1, MOVE_CONFIRMATIONS):
        feed = poll(feed, redirected(permanent=True, status=200 if number % 2 else 304))
        assert (feed.feed_url, feed.moved_to, feed.moved_times) == (URL, MOVED, number)
        assert feed.etag == b'"n"'
    moved = poll(feed, redirected(permanent=True))
    assert (moved.feed_url, moved.moved_to, moved.moved_times) == (MOVED, None, 0)
    assert (moved.etag, moved.last_modified, moved.body_sha256) == (None, None, None)


def test_a_temporary_redirect_never_moves_the_feed() -> None:
    feed = state()
    for _ in range(3 * MOVE_CONFIRMATIONS):
        feed = poll(feed, redirected(permanent=False))
    assert (feed.feed_url, feed.moved_to, feed.moved_times) == (URL, None, 0)


@pytest.mark.parametrize(
    ("between", "times"),
    [
        (answer(), 1),
        (redirected(permanent=False), 1),
        (redirected(permanent=True, target="https://third.example/"), 1),
        (failed(Failure.timeout), MOVE_CONFIRMATIONS),
        (redirected(permanent=True, status=404), MOVE_CONFIRMATIONS),
    ],
    ids=["none", "temporary", "elsewhere", "a failure says nothing", "an error says nothing"],
)
def test_confirmations_are_in_a_row(between: Fetched | Failed, times: int) -> None:
    feed = poll(state(moved_to=MOVED, moved_times=MOVE_CONFIRMATIONS - 1), between)
    after = poll(feed, redirected(permanent=True))
    assert after.moved_times == (times if times < MOVE_CONFIRMATIONS else 0)
    assert (after.feed_url == MOVED) is (times == MOVE_CONFIRMATIONS)


def test_410_stops_the_feed() -> None:
    gone = poll(state(), answer(410))
    assert (gone.status, gone.last_failure) == ("gone", Failure.gone)
    assert poll(state(), redirected(permanent=True, status=410)).status == "gone"
    assert poll(state(), redirected(permanent=False, status=410)).status == "active"
    assert poll(gone, answer()).status == "active"  # by `feeds check`, asked by hand


def test_a_paused_feed_stays_paused() -> None:
    assert poll(state(status="paused"), answer()).status == "paused"
    assert poll(state(status="paused"), failed(Failure.dns)).status == "paused"


def test_times_of_polls() -> None:
    later = NOW + timedelta(hours=1)
    quiet = poll(state(), answer(304), new_entries=0, now=later)
    assert (quiet.last_polled_at, quiet.last_success_at) == (later, later)
    assert quiet.last_new_at == state().last_new_at
    broken = poll(state(), failed(Failure.tls), now=later)
    assert (broken.last_polled_at, broken.last_success_at) == (later, state().last_success_at)
    assert poll(state(), answer(), new_entries=1, now=later).last_new_at == later


def test_a_feed_describes_itself_and_forgets_nothing() -> None:
    said = ParsedFeed("atom", "The Coast", "en", (), FeedHints(), None, ())
    known = described(state(), said)
    assert (known.kind, known.title, known.language) == ("atom", "The Coast", "en")
    assert described(known, replace(said, title=None, language=None)) == known


# Hypothesis takes its bounds without a zone and gives what it draws the one asked for.
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def any_answer(status: int, names: set[str], value: str) -> Fetched:
    return answer(status, dict.fromkeys(names, value))


OUTCOMES = st.builds(
    any_answer,
    st.integers(100, 599),
    st.sets(st.sampled_from(["cache-control", "retry-after", "etag", "last-modified"])),
    st.text(st.characters(max_codepoint=255), max_size=40)
    | st.integers(-(10**19), 10**19).map(str)
    | st.integers(0, 10**19).map(lambda seconds: f"max-age={seconds}")
    | MOMENTS.map(lambda moment: format_datetime(moment, usegmt=True)),
) | st.sampled_from(list(Failure)).map(failed)
HINTS = st.none() | st.builds(
    FeedHints,
    ttl_seconds=st.none() | st.integers(0, 10**9),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
    sy_seconds=st.none() | st.integers(0, 10**9),
)


@given(
    st.lists(st.tuples(OUTCOMES, HINTS, st.integers(0, 50), st.floats(0, 1)), min_size=1, max_size=8), MOMENTS
)
def test_any_polls_keep_the_contract(
    polls: list[tuple[Fetched | Failed, FeedHints | None, int, float]], now: datetime
) -> None:
    feed = new_feed(URL, now)
    for outcome, hints, new_entries, jitter in polls:
        feed = after_poll(feed, outcome, hints, new_entries, now, jitter)
        waited = wait(feed, now)
        assert SHORTEST <= waited <= LONGEST
        assert waited >= min(feed.interval_seconds, LONGEST)
        if isinstance(outcome, Fetched):
            asked = max(
                max_age(outcome.header(b"cache-control")), retry_after(outcome.header(b"retry-after"), now)
            )
            assert waited >= min(asked, LONGEST)
        due = feed.next_poll_at
        skipped = due.hour in feed.hints.skip_hours or due.weekday() in feed.hints.skip_days
        assert not skipped or waited == LONGEST
        stops = [one for one, *_ in polls if not isinstance(one, Failed) and one.status == 410]
        assert feed.status == "active" or stops
        now = due


@given(st.binary(max_size=60), MOMENTS)
def test_any_header(value: bytes, now: datetime) -> None:
    assert max_age(value) >= 0
    assert retry_after(value, now) >= 0
