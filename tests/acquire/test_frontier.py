"""What is due: pages once each and host by host, feeds in the order of their time."""

from dataclasses import replace
from datetime import timedelta

from pipeline.acquire.frontier import Frontier, PollSchedule
from pipeline.acquire.records import FeedState, Page
from pipeline.acquire.schedule import new_feed
from tests.acquire.polls import NOW


def page(number: int, host: str = "a.example", minutes: float = 0.0) -> Page:
    due_at = NOW + timedelta(minutes=minutes)
    return Page(f"page-{number}", f"https://{host}/{number}", "entry", due_at, NOW)


def taken(frontier: Frontier, host: str) -> list[str]:
    found = []
    while (one := frontier.take(host)) is not None:
        found.append(one.page_id)
    return found


def test_pages_become_due_in_order_and_wait_by_host() -> None:
    frontier = Frontier()
    for one in (page(1, minutes=2), page(2, minutes=1), page(3, "b.example"), page(4, minutes=9)):
        frontier.add(one)
    assert frontier.hosts() == []
    frontier.release(NOW + timedelta(minutes=3))
    assert sorted(frontier.hosts()) == ["a.example", "b.example"]
    assert frontier.counts() == (3, 1)
    assert taken(frontier, "a.example") == ["page-2", "page-1"]
    assert frontier.hosts() == ["b.example"]
    assert frontier.next_due() == NOW + timedelta(minutes=9)


def test_a_page_is_held_once_until_it_is_done() -> None:
    frontier = Frontier()
    frontier.add(page(1))
    frontier.add(page(1))
    frontier.release(NOW)
    assert taken(frontier, "a.example") == ["page-1"]
    frontier.add(page(1))
    frontier.release(NOW)
    assert frontier.take("a.example") is None
    frontier.done(page(1))
    frontier.add(page(1))
    frontier.release(NOW)
    assert taken(frontier, "a.example") == ["page-1"]


def feed(name: str, minutes: float = 0.0) -> FeedState:
    return new_feed(f"https://{name}.example/feed", NOW + timedelta(minutes=minutes))


def test_the_feed_most_overdue_comes_first_and_only_once() -> None:
    schedule = PollSchedule()
    early, late, paused = feed("early", -5), feed("late", -1), replace(feed("paused", -9), status="paused")
    schedule.replace([late, early, paused, feed("future", 5)])
    assert schedule.counts(NOW)[1] == 2
    assert [schedule.take(NOW), schedule.take(NOW), schedule.take(NOW)] == [early, late, None]
    schedule.replace([late, early, paused])
    assert schedule.take(NOW) is None
    schedule.put_back(replace(early, next_poll_at=NOW + timedelta(minutes=10)))
    assert schedule.take(NOW) is None
    assert schedule.next_due() == NOW + timedelta(minutes=10)


def test_what_was_removed_or_paused_meanwhile_is_not_due() -> None:
    schedule = PollSchedule()
    one, two = feed("one"), feed("two")
    schedule.replace([one, two])
    schedule.replace([replace(two, status="paused")])
    assert schedule.take(NOW) is None
    schedule.replace([two])
    polled = schedule.take(NOW)
    assert polled == two
    schedule.replace([])
    schedule.put_back(replace(two, status="gone"))
    assert schedule.next_due() is None


def test_a_feed_of_a_resting_host_waits_for_it() -> None:
    schedule = PollSchedule()
    one = feed("one")
    schedule.replace([one])
    assert schedule.take(NOW) == one
    until = NOW + timedelta(hours=1)
    schedule.delay(one, until)
    assert schedule.take(NOW) is None
    assert schedule.take(until) == replace(one, next_poll_at=until)
