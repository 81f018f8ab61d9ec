"""Sitemaps and the archives of feeds: documents that list pages and lead to further documents.

    sitemap:https://example.org/      what its robots.txt names, else where sitemaps mostly are
    sitemap:https://example.org/a.xml one sitemap, or an index with all below it
    feed:https://example.org/feed     the feed, its further pages and its archives (RFC 5005)

    document ── GET, parse ──> addresses, kept on disk ──> a part
                   └─────────> further documents, each once

A feed leads on by `next` (paged feeds, section 3) and by `prev-archive` and `current` (archived ones, section
4), one of WordPress that says nothing of it by `?paged=2` as long as that brings something new. Each document
is a part, whose version is what it lists: archives and old sitemaps do not change, and stay read. robots.txt
has a say in sitemaps and pages; a feed is published to be read. Subscriptions know nothing of it.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.acquire.addresses import AddressError
from pipeline.acquire.ahead import done
from pipeline.acquire.discovery import COMMON_PATHS
from pipeline.acquire.entries import absolute_url
from pipeline.acquire.feeds import parse_feed
from pipeline.acquire.guard import ForbiddenAddressError
from pipeline.acquire.list_schemes import FEED, SITEMAP
from pipeline.acquire.listed import Listed, listed_at, read_listed
from pipeline.acquire.patient import Reach, Requests, end, refusal_of
from pipeline.acquire.records import Failed, FeedEntry, Fetched, ParsedFeed
from pipeline.acquire.spool import Kept, Spool
from pipeline.archive.parts import Part, Reading, Step, Steps, refused
from pipeline.archive.warc import refuse
from pipeline.errors import SourceError, UsageError
from pipeline.records import Dropped, Refusal

Parse = Callable[[Fetched], Awaitable[ParsedFeed | Dropped]]
SITEMAP_PATHS = tuple(path for path in COMMON_PATHS if "sitemap" in path)
WORDPRESS = re.compile(rb"<generator>https?://wordpress\.org/", re.IGNORECASE)
HEAD_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """One that was read: the pages it lists, and the documents that it leads to.

    `onward` are sitemaps and archives; `pages`, of a feed, are worth following while they bring new entries.
    """

    url: str
    entries: tuple[FeedEntry, ...]
    onward: tuple[str, ...]
    pages: tuple[str, ...]


async def parse_here(answer: Fetched) -> ParsedFeed | Dropped:
    """A body to its entries, in a thread. It can take long on hostile bytes: a worker has limits."""
    content_type = (answer.header(b"content-type") or b"").decode("latin-1")
    return await asyncio.to_thread(parse_feed, answer.payload, answer.final_url, content_type)


def parts_of_sitemaps(source: str, reach: Reach, parse: Parse) -> Iterator[Part]:
    """A part for each sitemap that lists pages. Raises UsageError, or SourceError for a site without any."""
    url = _address(source, SITEMAP)
    walk = _Walk(reach, parse, is_feed=False)
    if urlsplit(url).path not in ("", "/"):
        return walk.parts([url])
    named = done(lambda: _named_sitemaps(reach, url))
    return walk.parts(named) if named else _first_that_answers(walk, url)


def parts_of_feed(source: str, reach: Reach, parse: Parse) -> Iterator[Part]:
    """A part for each document of a feed. Raises UsageError for what is no address."""
    return _Walk(reach, parse, is_feed=True).parts([_address(source, FEED)])


def _address(source: str, scheme: str) -> str:
    named = source.removeprefix(scheme).removeprefix("//")
    url = absolute_url(named if "://" in named else f"https://{named}", "") if named else None
    if url is None:
        raise UsageError(f"{source}: no address; give one such as {scheme}https://example.org/")
    return url


async def _named_sitemaps(reach: Reach, url: str) -> list[str]:
    """The sitemaps that a site's robots.txt names. Raises UsageError for what is no address."""
    async with reach.requests() as requests:
        try:
            lines = await requests.robots.sitemaps(url)
        except (AddressError, ForbiddenAddressError) as error:
            raise UsageError(f"sitemap:{url}: {error}") from error
    return list(dict.fromkeys(filter(None, (absolute_url(line, url) for line in lines))))


def _first_that_answers(walk: "_Walk", url: str) -> Iterator[Part]:
    """The parts of the first usual address that has a sitemap."""
    for path in SITEMAP_PATHS:
        candidate = absolute_url(path, url) or ""
        found = walk.read(candidate)
        if isinstance(found, Document):
            return walk.parts([candidate])
    raise SourceError(f"{url} has no sitemap where they mostly are; give its address: {SITEMAP}{url}NAME.xml")


class _Walk:
    """From document to document, each once."""

    def __init__(self, reach: Reach, parse: Parse, is_feed: bool) -> None:
        self._reach = reach
        self._parse = parse
        self._is_feed = is_feed
        self._spool = Spool()

    def parts(self, first: list[str]) -> Iterator[Part]:
        """The parts of these documents and of all that they lead to, in the order of their discovery."""
        todo, seen = deque(first), set(first)
        known: set[int] = set()  # hashes of the pages that were listed
        while todo:
            document = self.read(todo.popleft())
            if isinstance(document, Refusal):
                yield refused(document)
                continue
            fresh = {hash(entry.url) for entry in document.entries} - known
            known |= fresh
            if document.entries:
                yield self._part(document)
            for url in (*document.onward, *(document.pages if fresh else ())):
                if url not in seen and len(seen) < self._reach.lists.documents:
                    seen.add(url)
                    todo.append(url)

    def read(self, url: str) -> Document | Refusal:
        """One document."""
        return done(lambda: self._read(url))

    async def _read(self, url: str) -> Document | Refusal:
        async with self._reach.requests() as requests:
            answer = await self._get(requests, url)
            shown = self._reach.hide(url)
            if requests.is_away(answer):
                return end(shown, answer)
            if isinstance(answer, Failed) or answer.status != 200:
                return refusal_of(shown, answer)
            parsed = await self._parse(answer)
        if isinstance(parsed, Dropped):
            return refuse(shown, parsed.reason, parsed.detail)
        if parsed.kind == "sitemap_index":
            return Document(url, (), parsed.next_urls, ())
        pages = parsed.next_urls
        if not (pages or parsed.archive_urls) and WORDPRESS.search(answer.payload[:HEAD_BYTES]):
            pages = (_next_page(url),)
        return Document(url, parsed.entries, parsed.archive_urls, pages)

    async def _get(self, requests: Requests, url: str) -> Fetched | Failed:
        return await (requests.get(url) if self._is_feed else requests.get_allowed(url))

    def _part(self, document: Document) -> Part:
        kept = self._spool.keep(_line(entry) for entry in document.entries)
        return Part(self._reach.hide(document.url), kept.digest, None, _Pages(self._reach, kept).read)


def _next_page(url: str) -> str:
    """The address of a WordPress feed's next page."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    query["paged"] = str(int(number) + 1 if (number := query.get("paged", "1")).isdecimal() else 2)
    return urlunsplit(parts._replace(query=urlencode(query)))


def _line(entry: FeedEntry) -> bytes:
    at = entry.published_at and entry.published_at.isoformat()
    return json.dumps([entry.entry_key, entry.url, None, at, entry.is_change]).encode()


def _entry(line: bytes) -> FeedEntry:
    key, url, title, at, is_change = json.loads(line)
    return FeedEntry(key, url, title, at and datetime.fromisoformat(at), is_change)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Reads the pages of one document."""

    reach: Reach
    kept: Kept

    def read(self, reading: Reading) -> Steps:
        """The steps of the part; a position is the index of an entry."""
        return read_listed(self.reach, reading, self._listing, is_one_site=True)

    async def _listing(self, _: Requests) -> AsyncGenerator[Step | Listed, None]:
        for position, line in enumerate(self.kept.lines()):
            yield listed_at(position, _entry(line))
