"""News sites on loopback, scripted: feeds, articles and faults by a clock, and a log of what was asked.

    async with site(clock) as coast:
        coast.at("gazette.example/feed", Reply(503).having(retry_after="120"), Bulletin(...))

All hosts are names (`gazette.example`) that `Site.resolve` leads to one port of loopback; the Host header
tells them apart. A rule answers one address: several replies are given one after the other, and the last one
stays. What has no rule is 404, robots.txt included, which allows everything.
"""

import asyncio
import gzip
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal, Protocol

from pipeline.settings import FetchLimits, Network
from tests.acquire.feed_texts import NEWS_NS, SITEMAP_NS, atom, item, rss
from tests.acquire.server import Answer, Server, listening
from tests.live.dispatches import dispatch, html, revised

QUICK = FetchLimits(seconds=2.0, connect_seconds=1.0, read_seconds=0.5)
PATIENT = FetchLimits(
    seconds=30.0, connect_seconds=10.0, read_seconds=10.0
)  # nothing here is late on purpose
FeedForm = Literal["rss", "atom", "json", "news_sitemap", "sitemap", "sitemap_index"]
Fault = Literal["reset", "stall", "cut"]


class Now(Protocol):
    """What the site asks of a clock."""

    def now(self) -> datetime:
        """The present."""


@dataclass(slots=True)
class Asked:
    """One request as the server saw it, and its reply. `began`, `ended`: seconds of the real clock."""

    at: datetime
    host: str
    path: str
    head: bytes
    began: float
    reply: "Reply"
    ended: float | None = None

    @property
    def url(self) -> str:
        """Host and path, as rules name them."""
        return f"{self.host}{self.path}"

    def header(self, name: bytes) -> bytes | None:
        """A header, byte for byte; None where it was not sent. Raises AssertionError if it came twice."""
        lines = [line.partition(b":") for line in self.head.split(b"\r\n")[1:]]
        values = [value[1:] for key, _, value in lines if key.lower() == name.lower()]
        assert len(values) < 2, values
        return values[0] if values else None


@dataclass(frozen=True)
class Reply:
    """One answer. `fault`: the connection is reset instead, stays silent, or ends within the body.

    `seconds` of real time pass first.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None
    seconds: float = 0.0

    def having(self, **headers: str) -> "Reply":
        """The same with more headers: `having(cache_control="max-age=60")`."""
        more = tuple((name.replace("_", "-").title(), value) for name, value in headers.items())
        return replace(self, headers=self.headers + more)

    def raw(self) -> bytes:
        """The answer's bytes."""
        length = [] if self.status in (204, 304) else [("Content-Length", str(len(self.body)))]
        lines = [
            f"HTTP/1.1 {self.status} Said",
            *(f"{name}: {value}" for name, value in [*length, *self.headers]),
        ]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Rule = Callable[[Asked, datetime], Reply]
UNSAID = Reply(0)


def moved(location: str, status: int = 301) -> Reply:
    """A redirect."""
    return Reply(status).having(location=location)


@dataclass
class Site:
    """`rules`: by host and path; `log`: every request, in the order in which they came; `always`: headers."""

    clock: Now
    server: Server = field(default_factory=Server)
    rules: dict[str, Rule] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    always: dict[str, str] = field(default_factory=dict)

    def at(self, address: str, *rules: Reply | Rule) -> None:
        """What `host/path` answers: one rule after the other, the last one from then on."""
        self.rules[address] = in_turn(rules)

    def url(self, address: str) -> str:
        """The whole address of `host/path`."""
        host, slash, path = address.partition("/")
        return f"http://{host}:{self.server.port}{slash}{path}"

    def asked(self, address: str) -> list[Asked]:
        """The requests for one address, or for all of a host."""
        return [one for one in self.log if address in (one.url, one.host)]

    async def resolve(self, host: str, port: int) -> list[str]:
        """The name server: every name ending in .example is here."""
        if not host.endswith(".example"):
            raise OSError("there is no such name")
        return ["127.0.0.1"]

    def network(self, limits: FetchLimits = QUICK) -> Network:
        """Settings that let requests in here."""
        return Network(contact="https://coast.example/bot", allow=("127.0.0.0/8",), limits=limits)

    def choose(self, head: bytes) -> Answer:
        """The answer to a request; its time, end and status go into the log."""
        lines = head.split(b"\r\n")
        host = next(line[6:].strip() for line in lines if line.lower().startswith(b"host:"))
        path = lines[0].split(b" ")[1].decode()
        name, now = host.decode().partition(":")[0], self.clock.now()
        asked = Asked(now, name, path, head, time.monotonic(), UNSAID)
        self.log.append(asked)
        rule = self.rules.get(asked.url) or self.rules.get(asked.url.partition("?")[0]) or nothing
        asked.reply = rule(asked, now).having(**self.always)
        return _writer(asked.reply, asked)


@asynccontextmanager
async def site(clock: Now) -> AsyncIterator[Site]:
    """A site that listens."""
    made = Site(clock)
    made.server.choose = made.choose
    async with listening(made.server):
        yield made


def nothing(asked: Asked, now: datetime) -> Reply:
    """The answer for what is not there."""
    return Reply(404, b"<h1>Not found</h1>").having(content_type="text/html")


def in_turn(rules: Sequence[Reply | Rule]) -> Rule:
    """One rule after the other, the last one from then on."""
    left = list(rules)

    def answer(asked: Asked, now: datetime) -> Reply:
        rule = left.pop(0) if len(left) > 1 else left[0]
        return rule if isinstance(rule, Reply) else rule(asked, now)

    return answer


def _writer(reply: Reply, asked: Asked) -> Answer:
    async def write(writer: asyncio.StreamWriter) -> bool:
        try:
            return await _say(reply, writer)
        finally:
            asked.ended = time.monotonic()

    return write


async def _say(reply: Reply, writer: asyncio.StreamWriter) -> bool:
    if reply.seconds:
        await asyncio.sleep(reply.seconds)
    if reply.fault == "reset":
        writer.transport.abort()
    elif reply.fault == "stall":
        await asyncio.sleep(QUICK.seconds * 2)
    else:
        raw = reply.raw()
        writer.write(raw[: len(raw) - len(reply.body) // 2] if reply.fault == "cut" else raw)
        await writer.drain()
    return reply.fault is None


@dataclass(frozen=True)
class Listed:
    """One entry of a bulletin: listed from `published_at` on."""

    url: str
    number: int
    published_at: datetime
    title: str | None = None


@dataclass
class Bulletin:
    """A feed that lists the newest `window` entries of now, newest first, and answers on condition.

    `head`: more elements of the channel (ttl, skipHours); `etag` False: it gives none.
    """

    entries: list[Listed]
    form: FeedForm = "rss"
    head: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    window: int = 40
    etag: bool = True
    modified: bool = True
    coding: Literal["", "gzip"] = ""

    def __call__(self, asked: Asked, now: datetime) -> Reply:
        """The feed as it is now, or 304 where the client holds it; the tag decides (RFC 9110 13.2.2)."""
        listed = self.listed(now)
        body = write_feed(self.form, listed, self.head)
        held = self._validators(body, listed)
        reply = Reply(200, body, (*held, *self.headers))
        none_match, since = asked.header(b"If-None-Match"), asked.header(b"If-Modified-Since")
        sent = {"ETag": none_match, "Last-Modified": None if none_match else since}
        if any(
            value is not None and value == dict(held).get(name, "").encode() for name, value in sent.items()
        ):
            return replace(reply, status=304, body=b"")
        if self.coding:
            return replace(reply, body=gzip.compress(body)).having(content_encoding=self.coding)
        return reply

    def with_header(self, name: str, value: str) -> "Bulletin":
        """The same with one more header."""
        return replace(self, headers=(*self.headers, (name, value)))

    def listed(self, now: datetime) -> list[Listed]:
        """What it lists."""
        out = [one for one in self.entries if one.published_at <= now]
        return sorted(out, key=lambda one: one.published_at, reverse=True)[: self.window]

    def _validators(self, body: bytes, listed: Sequence[Listed]) -> tuple[tuple[str, str], ...]:
        """Odd on purpose: a weak tag with a comma in it, a date of a form that no client should touch."""
        found = []
        if self.etag:
            found.append(("ETag", f'W/"{hashlib.sha256(body).hexdigest()[:12]}, the coast"'))
        if self.modified and listed:
            found.append(("Last-Modified", format_datetime(listed[0].published_at)))
        return tuple(found)


def write_feed(form: FeedForm, listed: Iterable[Listed], head: str = "") -> bytes:
    """The entries in one of the forms. The entries of a sitemap index are sitemaps."""
    if form == "json":
        items = [
            {
                "id": one.url,
                "url": one.url,
                "title": _title(one),
                "date_published": one.published_at.isoformat(),
            }
            for one in listed
        ]
        return json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "title": "Coast", "items": items}
        ).encode()
    written = "".join(_written(form, one) for one in listed)
    if form == "rss":
        return rss(written, head=head).encode()
    if form == "atom":
        return atom(written, head=head).encode()
    if form == "sitemap_index":
        return f"<sitemapindex {SITEMAP_NS}>{written}</sitemapindex>".encode()
    news = NEWS_NS if form == "news_sitemap" else ""
    return f"<urlset {SITEMAP_NS} {news}>{written}</urlset>".encode()


def _written(form: FeedForm, one: Listed) -> str:
    title, when = _title(one), one.published_at.isoformat()
    if form == "rss":
        date = format_datetime(one.published_at)
        return item(0, f"<guid>{one.url}</guid><pubDate>{date}</pubDate>", title, one.url)
    if form == "atom":
        link = f'<link href="{one.url}"/>'
        return f"<entry><id>{one.url}</id><title>{title}</title>{link}<updated>{when}</updated></entry>"
    if form == "news_sitemap":
        about = f"<news:title>{title}</news:title><news:publication_date>{when}</news:publication_date>"
        return f"<url><loc>{one.url}</loc><news:news>{about}</news:news></url>"
    kind = "sitemap" if form == "sitemap_index" else "url"
    return f"<{kind}><loc>{one.url}</loc><lastmod>{when}</lastmod></{kind}>"


def _title(one: Listed) -> str:
    return one.title or dispatch(one.number).title


@dataclass(frozen=True)
class Story:
    """An article's page: conditional, revised at given times; its canonical address may be another."""

    listed: Listed
    canonical: str = ""
    revised_at: tuple[datetime, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    head: str = ""

    def __call__(self, asked: Asked, now: datetime) -> Reply:
        """The page as it is now, or 304 where the client holds it."""
        version = sum(at <= now for at in self.revised_at)
        article = revised(dispatch(self.listed.number), version)
        tag = f'"{self.listed.number}-{version}"'
        about = (("Content-Type", "text/html; charset=utf-8"), ("ETag", tag), *self.headers)
        if asked.header(b"If-None-Match") == tag.encode():
            return Reply(304, headers=about)
        canonical = self.canonical or self.listed.url
        return Reply(200, html(article, self.listed.published_at, canonical, self.head), about)


def stories(
    coast: Site, host: str, numbers: Iterable[int], first_at: datetime, every: timedelta = timedelta(0)
) -> list[Listed]:
    """Articles of a host, one page each at `/news/NUMBER`; the entries that list them."""
    listed = [
        Listed(coast.url(f"{host}/news/{number}"), number, first_at + every * place)
        for place, number in enumerate(numbers)
    ]
    for one in listed:
        coast.at(f"{host}/news/{one.number}", Story(one))
    return listed
