"""When a page is asked for again: ladders that end, and checks of young articles."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acquire.records import Failure
from pipeline.acquire.retries import LADDERS, SHORTEST_CHECK, next_check, next_try
from tests.acquire.polls import NOW

AGES = (1.0, 6.0, 24.0, 168.0)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("failure", list(LADDERS))
def test_what_may_pass_is_tried_later_and_later_and_then_no_more(failure: Failure) -> None:
    steps = len(LADDERS[failure])
    waits = [next_try(failure, failures, NOW, 0.0) for failures in range(1, steps + 1)]
    times = [wait for wait in waits if wait is not None]
    assert len(times) == steps
    assert times == sorted(times)
    assert times[0] >= NOW + timedelta(minutes=5)
    assert next_try(failure, steps + 1, NOW, 0.0) is None


@pytest.mark.parametrize(
    "failure",
    [Failure.gone, Failure.robots, Failure.forbidden_address, Failure.too_large, Failure.malformed],
)
def test_what_no_time_mends_is_not_tried_again(failure: Failure) -> None:
    assert next_try(failure, 1, NOW, 0.5) is None


@given(st.sampled_from(list(LADDERS)), st.floats(0, 1))
def test_chance_only_lengthens_a_wait(failure: Failure, jitter: float) -> None:
    plain, jittered = next_try(failure, 1, NOW, 0.0), next_try(failure, 1, NOW, jitter)
    assert plain is not None
    assert jittered is not None
    assert plain <= jittered <= NOW + (plain - NOW) * 1.1


def test_a_young_article_is_checked_at_each_age_and_an_old_one_never() -> None:
    at, checks = NOW, []
    while (following := next_check(NOW, at, AGES, 0.0)) is not None:
        checks.append(following - NOW)
        at = following
    assert checks == [hours * HOUR for hours in (1, 6, 24, 168)]
    assert next_check(NOW - timedelta(days=8), NOW, AGES, 0.0) is None


def test_an_article_first_seen_late_is_checked_at_the_ages_that_are_left() -> None:
    assert next_check(NOW - 2 * HOUR, NOW, AGES, 0.0) == NOW + 4 * HOUR
    almost = NOW - HOUR + timedelta(minutes=5)
    assert next_check(almost, NOW, AGES, 0.0) == almost + 6 * HOUR


@given(st.floats(0, 1e6), st.floats(0, 1))
def test_checks_never_come_in_a_hurry(age_seconds: float, jitter: float) -> None:
    found = next_check(NOW - timedelta(seconds=age_seconds), NOW, AGES, jitter)
    assert found is None or found >= NOW + SHORTEST_CHECK
