"""Eight days of a live watch over scripted sites: each host has one trait, which its log must show.

Everything runs for 15 hours; then most feeds are paused and the rest go on, with a new process state, to
the end of the eighth day.
"""

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from pipeline.settings import Live, Settings
from pipeline.warehouse.connect import connect
from tests.acquire.feed_texts import nested, rdf
from tests.acquire.server import VirtualClock
from tests.live.driving import live_until, settings_of, watching
from tests.live.site import (
    Asked,
    Bulletin,
    FeedForm,
    Listed,
    Reply,
    Rule,
    Site,
    Story,
    moved,
    site,
    stories,
    write_feed,
)

START = VirtualClock().now()  # a Thursday, midnight
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_DAY, LAST_DAY = START + 15 * HOUR, START + 8 * DAY + 12 * HOUR
# A load takes 0.2 s however little is in it, a look at the tables 0.02: rare ones let the week pass quickly.
LIVE = Live(batch_seconds=900.0, look_seconds=7200.0, horizon_seconds=4 * 3600.0, file_bytes=300_000)
RARELY = Live(batch_seconds=7200.0, look_seconds=43200.0, horizon_seconds=86400.0, file_bytes=300_000)
FORMS: tuple[FeedForm, ...] = ("atom", "json", "news_sitemap", "sitemap")
TOKEN = "sesame"
REVISED = (START + timedelta(minutes=30), START + 5 * HOUR, START + 3 * DAY)
NO_FEED = Reply(200, b"<!doctype html><title>Sign in</title><p>Please sign in.").having(
    content_type="text/html"
)
SY = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>6</sy:updateFrequency>"
SKIP_HOURS = "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(5, 12)) + "</skipHours>"
SKIP_DAYS = "<skipDays><day>Friday</day></skipDays>"


@dataclass
class Week:
    """What was scripted, and what the server saw. `feeds`: those of the first day; `lasting`: of all days."""

    coast: Site
    settings: Settings
    feeds: list[str] = field(default_factory=list)
    lasting: list[str] = field(default_factory=list)

    def feed(self, address: str, *rules: Reply | Rule, lasting: bool = False) -> None:
        """Script a feed and subscribe to it."""
        self.coast.at(address, *rules)
        (self.lasting if lasting else self.feeds).append(self.coast.url(address))

    def listing(self, host: str, *numbers: int, first_at: datetime = START) -> list[Listed]:
        """Articles of a host, with their pages."""
        return stories(self.coast, host, numbers, first_at)

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What the tables say."""
        with connect(self.settings, read_only=True) as connection:
            return connection.execute(sql, list(values)).fetchall()

    def polls(self, address: str) -> list[Asked]:
        """The requests for a feed, in order."""
        return self.coast.asked(address)

    def gaps(self, address: str) -> list[float]:
        """The seconds between the requests for an address."""
        at = [one.at for one in self.coast.asked(address)]
        return [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(at)]


def script(week: Week) -> None:
    """All hosts."""
    for part in (
        _feeds_with_validators,
        _feeds_that_move,
        _feeds_with_wishes,
        _feeds_that_fail,
        _pages,
        _others,
    ):
        part(week)


def _feeds_with_validators(week: Week) -> None:
    steady = stories(week.coast, "steady.example", range(100, 112), START - HOUR, 2 * HOUR)
    week.feed("steady.example/feed", Bulletin(steady), lasting=True)
    plain = Reply(200, write_feed("rss", week.listing("tags.example", 120)))
    other = Reply(200, write_feed("rss", week.listing("tags.example", 120, 121)))
    date = "thursday, 1 jan 26  (about noon)"
    week.feed(
        "tags.example/feed",
        plain.having(etag='"first"', last_modified=date),
        other.having(last_modified="Fri, 02 Jan 2026 00:00:00 GMT"),
        Reply(304),
        plain.having(etag='W/"\xe9t\xe9, 2"'),
        other,
        plain.having(etag='"last"'),
    )
    week.feed("same.example/feed", Reply(200, write_feed("rss", week.listing("same.example", 130, 131))))


def _feeds_that_move(week: Week) -> None:
    for host, status in (("moving.example", 301), ("temporary.example", 307), ("found.example", 302)):
        week.coast.at(f"{host}/new", Bulletin(week.listing(host, 140 + status % 10)))
        week.feed(f"{host}/feed", moved(week.coast.url(f"{host}/new"), status))
    here = Bulletin(week.listing("wavering.example", 150))
    away = moved(week.coast.url("wavering.example/new"), 308)
    week.coast.at("wavering.example/new", here)
    wavering: list[Reply | Rule] = [away, away, away, here]
    week.feed("wavering.example/feed", *wavering * 3, here)


def _feeds_with_wishes(week: Week) -> None:
    week.feed(
        "maxage.example/feed",
        Bulletin(week.listing("maxage.example", 200)).with_header("Cache-Control", "public, max-age=10800"),
    )
    week.feed("ttl.example/feed", Bulletin(week.listing("ttl.example", 201), head="<ttl>240</ttl>"))
    week.feed("sy.example/feed", Reply(200, rdf(head=SY).encode()))
    week.feed("hours.example/feed", Bulletin(week.listing("hours.example", 203), head=SKIP_HOURS))
    week.feed(
        "friday.example/feed", Bulletin(week.listing("friday.example", 204), head=SKIP_DAYS), lasting=True
    )
    yearly = Bulletin(week.listing("yearly.example", 205)).with_header("Cache-Control", "max-age=31536000")
    week.feed("yearly.example/feed", yearly, lasting=True)
    busy = stories(week.coast, "busy.example", range(210, 250), START, timedelta(minutes=4))
    week.feed(
        "busy.example/feed", Bulletin(busy, head="<ttl>1</ttl>").with_header("Cache-Control", "max-age=1")
    )


def _feeds_that_fail(week: Week) -> None:
    good = Bulletin(week.listing("limited.example", 300))
    week.feed("limited.example/a", Reply(429).having(retry_after="7200"), good)
    # The other feed of the host is quicker by 100 seconds of `Cache-Control`, and must wait as well.
    week.feed("limited.example/b", Bulletin(week.listing("limited.example", 301)))
    until = format_datetime(START + 3 * HOUR, usegmt=False)
    week.feed(
        "dated.example/feed",
        Reply(503).having(retry_after=until),
        Bulletin(week.listing("dated.example", 302)),
    )
    week.feed("gone.example/feed", Reply(410), lasting=True)
    well = Bulletin(week.listing("broken.example", 303))
    week.feed("broken.example/feed", _until(START + 5 * DAY, Reply(500), well), lasting=True)
    week.feed("missing.example/feed", Reply(404), lasting=True)
    week.feed("secret.example/feed", Reply(403))
    week.feed("web.example/feed", NO_FEED)
    week.feed("silent.example/feed", Reply(fault="stall"))
    week.feed("reset.example/feed", Reply(fault="reset"))
    cut = Reply(200, write_feed("rss", week.listing("cut.example", 304)), fault="cut")
    week.feed("cut.example/feed", cut, cut, replace(cut, fault=None))
    week.feed("nested.example/feed", Reply(200, nested(300_000)))


def _pages(week: Week) -> None:
    listed = week.listing("revised.example", 400)
    week.coast.at("revised.example/news/400", Story(listed[0], revised_at=REVISED))
    week.feed("revised.example/feed", Bulletin(listed), lasting=True)
    _accelerated(week)
    down = week.listing("down.example", 420, 421, 422, 423)
    week.coast.at("down.example/news/420", Reply(500))
    week.coast.at("down.example/news/421", Reply(410))
    week.coast.at("down.example/news/422", Reply(403))
    week.coast.at("down.example/news/423", Reply(404))
    week.feed("down.example/feed", Bulletin(down), lasting=True)
    closed = week.listing("closed.example", 430, 431, 432)
    rules = b"User-agent: *\nDisallow: /news/431\nCrawl-delay: 7\n\nUser-agent: GPTBot\nDisallow: /\n"
    week.coast.at("closed.example/robots.txt", Reply(200, rules).having(content_type="text/plain"))
    noai = Story(closed[2], headers=(("X-Robots-Tag", "noai, noarchive"), ("TDM-Reservation", "1")))
    week.coast.at("closed.example/news/432", noai)
    week.feed("closed.example/feed", Bulletin(closed))
    unknown = week.listing("unknown.example", 440)
    week.coast.at(
        "unknown.example/robots.txt", Reply(503), Reply(500), Reply(200, b"User-agent: *\nAllow: /\n")
    )
    week.feed("unknown.example/feed", Bulletin(unknown))


def _accelerated(week: Week) -> None:
    """Two AMP pages and their canonical ones, one of them listed too; and two pages that name each other."""
    coast, host = week.coast, "amp.example"
    whole = week.listing(host, 410, 411)
    quick = [replace(one, url=one.url.replace("/news/", "/amp/")) for one in whole]
    for one, article in zip(quick, whole, strict=True):
        coast.at(f"{host}/amp/{one.number}", Story(one, canonical=article.url))
    ring = week.listing(host, 412, 413)
    for one, other in (ring, ring[::-1]):
        coast.at(f"{host}/news/{one.number}", Story(one, canonical=other.url))
    week.feed(f"{host}/feed", Bulletin([*quick, whole[1], ring[0]]))


def _others(week: Week) -> None:
    for number, form in enumerate(FORMS):
        host = f"{form.replace('_', '-')}.example"
        week.feed(f"{host}/feed", Bulletin(week.listing(host, 500 + number), form, coding="gzip"))
    part = week.listing("index.example", 510, 511)
    week.coast.at("index.example/part.xml", Bulletin(part, "sitemap"))
    whole = Listed(week.coast.url("index.example/part.xml"), 0, START)
    week.feed("index.example/feed", Bulletin([whole], "sitemap_index"))
    hidden = [
        replace(one, url=f"{one.url}?token={TOKEN}-page") for one in week.listing("hidden.example", 520)
    ]
    week.coast.at("hidden.example/feed", Bulletin(hidden))
    week.feeds.append(f"{week.coast.url('hidden.example/feed')}?token={TOKEN}-feed")


def _until(moment: datetime, before: Reply, after: Rule) -> Rule:
    return lambda asked, now: before if now < moment else after(asked, now)


def run_week(data: Path) -> Week:
    """The eight days."""
    return asyncio.run(_run_week(data))


async def _run_week(data: Path) -> Week:
    clock = VirtualClock()
    async with site(clock) as coast:
        coast.always = {"set_cookie": "visit=1; Path=/"}
        settings = settings_of(coast, data, live=LIVE)
        week = Week(coast, settings)
        script(week)
        async with watching(coast, clock, settings, [*week.feeds, *week.lasting]) as stream:
            await live_until(stream, clock, FIRST_DAY)
        with connect(settings) as connection:
            connection.execute(
                "update feeds set status = 'paused' where not list_contains(?, feed_url)", [week.lasting]
            )
        coast.at("down.example/news/420", Story(Listed(coast.url("down.example/news/420"), 420, START)))
        async with watching(coast, clock, replace(settings, live=RARELY)) as stream:
            await live_until(stream, clock, LAST_DAY)
        return week
