"""Polling as publishers ask for it, held against the log of the server that was polled for eight days."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.live.site import Asked
from tests.live.week import FORMS, HOUR, START, Week

SHORTEST, LONGEST = 600.0, 7 * 24 * 3600.0
AGENT = re.compile(rb"newsflow/[0-9.]+ \(news archive; \+https://coast\.example/bot\)")
# Feeds whose address gives its own bodies: redirects and faults have tests of their own.
PLAIN = ("steady", "tags", "same", "maxage", "ttl", "hours", "friday", "busy", "broken", "revised")
# How each failing feed's polls end.
OUTCOMES = {
    "broken.example": {"server_error"},
    "missing.example": {"not_found"},
    "secret.example": {"forbidden"},
    "web.example": {"malformed"},
    "nested.example": {"malformed"},
    "silent.example": {"timeout"},
    "reset.example": {"connection", "protocol"},
    "cut.example": {"protocol"},
    "gone.example": {"gone"},
}


def latin(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")


def outcomes(week: Week, host: str) -> list[str]:
    """How the polls of a host's feed ended, in order."""
    rows = week.rows(
        """
        select p.outcome
        from polls as p
        inner join feeds as f on p.feed_id = f.feed_id
        where contains(f.feed_url, ?)
        order by p.polled_at
        """,
        f"//{host}:",
    )
    return [str(row[0]) for row in rows]


def feed(week: Week, host: str, column: str) -> object:
    (row,) = week.rows(
        "select columns(c -> c = ?) from feeds where contains(feed_url, ?)", column, f"//{host}:"
    )
    return row[0]


@pytest.mark.parametrize("name", PLAIN)
def test_validators_go_back_byte_for_byte_and_are_replaced_together(week: Week, name: str) -> None:
    polls = week.polls(f"{name}.example/feed")
    assert len(polls) > 3
    held: tuple[bytes | None, bytes | None] = (None, None)
    for asked in polls:
        assert (asked.header(b"If-None-Match"), asked.header(b"If-Modified-Since")) == held
        if asked.reply.status == 200:
            held = (latin(asked.reply.header("ETag")), latin(asked.reply.header("Last-Modified")))


def test_there_were_validators_of_every_kind_to_give_back(week: Week) -> None:
    said = {
        (asked.header(b"If-None-Match") is not None, asked.header(b"If-Modified-Since") is not None)
        for asked in week.polls("tags.example/feed")
    }
    assert said == {(False, False), (True, True), (False, True), (True, False)}


def test_a_body_that_is_held_is_recognised(week: Week) -> None:
    assert outcomes(week, "same.example")[0] == "changed"
    assert set(outcomes(week, "same.example")[1:]) == {"same"}
    assert {"changed", "unchanged"} == set(outcomes(week, "steady.example"))
    (row,) = week.rows(
        "select count(*), count(distinct entry_key) from entries where contains(url, 'same.ex')"
    )
    assert row == (2, 2)


def test_no_wait_is_shorter_than_ten_minutes_or_longer_than_a_week(week: Week) -> None:
    for url in (*week.feeds, *week.lasting):
        address = url.partition("//")[2].replace(f":{week.coast.server.port}", "")
        for gap in week.gaps(address):
            assert SHORTEST <= gap <= LONGEST + 60, address


@pytest.mark.parametrize(
    ("host", "seconds"), [("maxage", 3 * 3600), ("ttl", 4 * 3600), ("sy", 4 * 3600), ("yearly", LONGEST)]
)
def test_what_a_feed_asks_for_is_waited(week: Week, host: str, seconds: float) -> None:
    gaps = week.gaps(f"{host}.example/feed")
    assert gaps
    assert min(gaps) >= seconds


def test_skipped_hours_and_days_are_skipped(week: Week) -> None:
    hours = week.polls("hours.example/feed")
    assert len(hours) > 5
    assert [one.at for one in hours if 5 <= one.at.hour < 12] == []
    days = week.polls("friday.example/feed")
    assert len(days) > 5
    assert [one.at for one in days if one.at.weekday() == 4] == []


def test_the_interval_follows_the_volume(week: Week) -> None:
    assert min(week.gaps("busy.example/feed")) < 20 * 60  # a load is waited for as well
    quiet = week.gaps("same.example/feed")
    assert quiet[-1] > 2 * quiet[0]


def test_a_host_that_says_429_or_503_is_left_alone_as_a_whole(week: Week) -> None:
    for host, seconds in (("limited.example", 7200), ("dated.example", 3 * 3600)):
        asked = week.coast.asked(host)
        said = next(one for one in asked if one.reply.status in (429, 503))
        later = [one.at for one in asked if one.at > said.at]
        assert len(later) > 2
        # Jitter comes on top: never early, and not all at the same second.
        assert timedelta(seconds=seconds) <= min(later) - START <= timedelta(seconds=seconds * 1.15)


def test_failures_are_typed(week: Week) -> None:
    for host, expected in OUTCOMES.items():
        found = [one for one in outcomes(week, host) if one not in ("changed", "same", "unchanged")]
        assert found, host
        assert set(found) <= expected, host


def test_failing_feeds_are_asked_ever_less_often_and_never_given_up(week: Week) -> None:
    for host in ("broken.example", "missing.example", "secret.example", "silent.example"):
        gaps = week.gaps(f"{host}/feed")
        growing = gaps[: next((place for place, gap in enumerate(gaps) if gap > 20 * 3600), len(gaps))]
        assert len(growing) >= 3, host
        assert all(later > 1.7 * earlier for earlier, later in pairwise(growing)), host
    assert max(week.gaps("broken.example/feed")) < 27 * 3600  # a server error passes: at least once a day
    assert max(week.gaps("missing.example/feed")) > 2 * 24 * 3600
    assert feed(week, "missing.example", "status") == "active"


def test_a_feed_that_comes_back_is_polled_as_before(week: Week) -> None:
    assert feed(week, "broken.example", "failures") == 0
    back = next(one for one in week.polls("broken.example/feed") if one.reply.status == 200)
    after = [one.at for one in week.polls("broken.example/feed") if one.at > back.at]
    assert after[0] - back.at < 3 * HOUR  # half an hour, and the load that it waits for
    assert week.rows("select count(*) from articles where contains(url, 'broken.example')") == [(1,)]


def test_a_permanent_redirect_is_believed_after_several_polls(week: Week) -> None:
    port = week.coast.server.port
    assert len(week.polls("moving.example/feed")) == 5
    assert feed(week, "moving.example", "feed_url") == f"http://moving.example:{port}/new"
    direct = week.polls("moving.example/new")[5:]
    assert len(direct) > 2
    assert direct[0].header(b"If-None-Match") is None  # the address is another: its validators begin anew
    assert direct[1].header(b"If-None-Match") == latin(direct[0].reply.header("ETag"))


@pytest.mark.parametrize("host", ["temporary.example", "found.example", "wavering.example"])
def test_a_temporary_or_wavering_redirect_moves_nothing(week: Week, host: str) -> None:
    assert str(feed(week, host, "feed_url")).endswith("/feed")
    assert len(week.polls(f"{host}/feed")) > 5
    assert len(week.polls(f"{host}/feed")) >= len(week.polls(f"{host}/new"))


def test_gone_is_the_end(week: Week) -> None:
    assert len(week.polls("gone.example/feed")) == 1
    assert feed(week, "gone.example", "status") == "gone"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_feed_brings_its_articles(week: Week, form: str) -> None:
    host = f"{form.replace('_', '-')}.example"
    assert week.rows("select count(*) from articles where contains(url, ?)", f"//{host}:") == [(1,)]
    assert feed(week, host, "kind") == form


def test_the_sitemaps_of_an_index_are_asked_for(week: Week) -> None:
    assert feed(week, "index.example", "kind") == "sitemap_index"
    assert week.rows("select count(*) from articles where contains(url, 'index.example')") == [(2,)]


def test_every_request_has_manners(week: Week) -> None:
    for asked in week.coast.log:
        assert AGENT.fullmatch(asked.header(b"User-Agent") or b"")
        assert asked.header(b"Accept-Encoding") == b"gzip, br, zstd"
        assert asked.header(b"Cookie") is None  # every answer has set one
        assert asked.header(b"Referer") is None
        assert asked.header(b"Authorization") is None


def is_redirected(earlier: Asked, later: Asked) -> bool:
    return (earlier.reply.header("Location") or "").endswith(later.path) and earlier.reply.status >= 300


def test_a_host_is_asked_one_thing_at_a_time_and_not_twice_a_second(week: Week) -> None:
    hosts = {one.host for one in week.coast.log}
    for host in hosts:
        for earlier, later in pairwise(week.coast.asked(host)):
            assert earlier.ended is not None
            assert earlier.reply.fault or earlier.ended <= later.began, (earlier.url, later.url)
            if not is_redirected(earlier, later):
                assert later.at - earlier.at >= timedelta(seconds=1), (earlier.url, later.url)


def test_one_feed_s_trouble_is_its_own(week: Week) -> None:
    """Every other feed was polled again and again while some stalled, were reset or crashed their parser."""
    troubled = {f"{host}" for host in OUTCOMES} | {"yearly.example"}
    rows = week.rows(
        """
        select f.feed_url, count(*) filter (where p.outcome in ('changed', 'same', 'unchanged'))
        from feeds as f
        left join polls as p on f.feed_id = p.feed_id
        group by f.feed_url
        """
    )
    few = {url: polls for url, polls in rows if int(str(polls)) < 4}
    assert [url for url in few if not any(f"//{host}:" in str(url) for host in troubled)] == []
