"""When the results of the network are loaded."""

from datetime import UTC, datetime, timedelta

from pipeline.acquire.records import Failed, Failure
from pipeline.acquire.results import RobotsAsked
from pipeline.microbatch import Arrived, Waiting
from pipeline.settings import Live

LIVE = Live(batch_seconds=2.0, batch_results=3)
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment of the watch."""
    return BEGIN + timedelta(seconds=seconds)


def one(now: datetime) -> Arrived:
    """Any result."""
    failed = Failed("https://coast.example/robots.txt", Failure.timeout, "no answer", (), now)
    return Arrived(RobotsAsked(failed))


def test_what_comes_alone_is_loaded_at_once() -> None:
    waiting = Waiting(LIVE, BEGIN)
    assert waiting.ready_at() is None
    waiting.add(one(at(60)), at(60))
    assert waiting.ready_at() == at(60)


def test_loads_begin_at_intervals_under_a_stream_of_results() -> None:
    waiting = Waiting(LIVE, BEGIN)
    waiting.add(one(at(60)), at(60))
    assert len(waiting.take(at(60))) == 1
    for seconds in (60.5, 61.0):
        waiting.add(one(at(seconds)), at(seconds))
    assert waiting.ready_at() == at(62)
    assert len(waiting.take(at(62))) == 2
    waiting.add(one(at(63)), at(63))
    assert waiting.ready_at() == at(64)


def test_a_watch_that_has_just_begun_waits_for_more_results() -> None:
    waiting = Waiting(LIVE, BEGIN)
    waiting.add(one(at(0.1)), at(0.1))
    assert waiting.ready_at() == at(2)


def test_enough_results_wait_for_no_interval() -> None:
    waiting = Waiting(LIVE, BEGIN)
    for seconds in (0.1, 0.2, 0.3):
        waiting.add(one(at(seconds)), at(seconds))
    assert waiting.ready_at() == at(0.1)
