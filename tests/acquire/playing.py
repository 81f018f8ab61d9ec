"""Sites on loopback in a thread of their own, for readers that wait; and the archive that some play."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, quote

from pipeline.acquire.address_lists import Means, parts_of_list
from pipeline.archive.parts import Part, Reading, Step
from pipeline.archive.wanted import ANYTHING, Wanted
from pipeline.records import Item, Refusal
from pipeline.settings import Limits, Lists
from tests.live.clocks import FastClock
from tests.live.site import PATIENT, Asked, Reply, Site, site

LIMITS = Limits()
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")


@contextmanager
def playing(clock: FastClock) -> Iterator[Site]:
    """Sites that answer while the test waits."""
    ready, held = threading.Event(), []

    async def serve() -> None:
        async with site(clock) as made:
            ended = asyncio.Event()
            held.append((made, ended, asyncio.get_running_loop()))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=[serve()])
    thread.start()
    assert ready.wait(10)
    made, ended, loop = held[0]
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)


@dataclass(frozen=True)
class Reader:
    """Reads lists of addresses from the sites."""

    coast: Site
    clock: FastClock
    lists: Lists = field(default_factory=Lists)
    host_seconds: float = 1.0
    requests: int = 64

    def parts(self, source: str, wanted: Wanted = ANYTHING) -> Iterator[Part]:
        """The parts of a source."""
        network = replace(self.coast.network(PATIENT), host_seconds=self.host_seconds, requests=self.requests)
        means = Means(self.lists, clock=self.clock, resolver=self.coast.resolve)
        return parts_of_list(source, network, wanted, means)

    def read(self, source: str, wanted: Wanted = ANYTHING, begin: int = 0) -> list[Step]:
        """The steps of all parts; of a source of one part from `begin` on."""
        reading = Reading(LIMITS, begin=begin, wanted=wanted)
        return [step for part in self.parts(source, wanted) for step in part.read(reading)]

    def with_lists(self, **changes: Any) -> "Reader":
        """The same with other settings."""
        return replace(self, lists=replace(self.lists, **changes))


def items(steps: list[Step]) -> list[Item]:
    """What was found."""
    return [step.found for step in steps if isinstance(step.found, Item)]


def refusals(steps: list[Step]) -> list[Refusal]:
    """What was refused."""
    return [step.found for step in steps if isinstance(step.found, Refusal)]


def reasons(steps: list[Step]) -> list[str]:
    """Why, in their order."""
    return [one.dropped.reason.value for one in refusals(steps)]


@dataclass(frozen=True)
class Held:
    """One capture of an archive."""

    stamp: str
    url: str
    media_type: str = "text/html"
    status: str = "200"
    digest: str = ""

    @property
    def row(self) -> tuple[str, ...]:
        """Its row of the index."""
        host, _, path = self.url.partition("://")[2].partition("/")
        key = ",".join(reversed(host.split(":")[0].removeprefix("www.").split("."))) + ")/" + path
        return key, self.stamp, self.url, self.media_type, self.status, self.digest or self.stamp + self.url


@dataclass
class Archive:
    """An archive as the Wayback Machine is one: `cdx` answers queries; captures are rules of the site.

    `keys` False: it knows no resume keys, as pywb; `most`: rows of one answer, whatever is asked.
    """

    coast: Site
    host: str = "archive.example"
    held: list[Held] = field(default_factory=list)
    keys: bool = True

    def open(self) -> Lists:
        """Answer from now on; the settings that lead here."""
        self.coast.at(f"{self.host}/cdx/search/cdx", self.cdx)
        base = self.coast.url(self.host)
        return Lists(cdx_url=f"{base}/cdx/search/cdx", replay_url=f"{base}/web")

    def hold(self, capture: Held, *replies: Reply) -> None:
        """Have a capture, and what its replay answers."""
        self.held.append(capture)
        self.coast.at(self.place(capture), *replies)

    def place(self, capture: Held) -> str:
        """Where its replay is."""
        return f"{self.host}/web/{capture.stamp}id_/{capture.url}"

    def replayed(self) -> list[str]:
        """The stamps that were asked for."""
        paths = (asked.path for asked in self.coast.asked(self.host))
        return [found[1] for path in paths if (found := re.match(r"/web/(\d{14})id_/", path))]

    def queries(self) -> list[dict[str, list[str]]]:
        """The queries so far."""
        asked = self.coast.asked(self.host)
        return [parse_qs(one.path.partition("?")[2]) for one in asked if one.path.startswith("/cdx")]

    def cdx(self, asked: Asked, _: datetime) -> Reply:
        """The answer to one query."""
        query = parse_qs(asked.path.partition("?")[2])
        rows = sorted(one.row for one in self.held)
        found = [row for row in rows if _matches(row, query) and _passes(row, query)]
        if "collapse" in query:
            before = [None, *(row[5] for row in found)]
            found = [row for row, last in zip(found, before, strict=False) if row[5] != last]
        return Reply(200, self._page(found, query)).having(content_type="application/json")

    def _page(self, rows: list[tuple[str, ...]], query: dict[str, list[str]]) -> bytes:
        limit = int(query["limit"][0])
        after = tuple(query["resumeKey"][0].rstrip("!").split(" ")) if "resumeKey" in query else ("", "")
        left = [row for row in rows if row[:2] > after]
        page = list(islice(left, limit))
        if not page:
            return b"[]\n"
        more = [[], [quote(f"{page[-1][0]} {page[-1][1]}!")]] if self.keys and len(left) > limit else []
        return json.dumps([FIELDS, *page, *more]).encode()


def _matches(row: tuple[str, ...], query: dict[str, list[str]]) -> bool:
    """Whether an address lies where the query looks; the index leaves `www.` out."""
    address = row[2].partition("://")[2].removeprefix("www.")
    url = query["url"][0].rpartition("://")[2].removeprefix("www.")
    match, host = query["matchType"][0], address.partition("/")[0].partition(":")[0]
    if match == "host":
        return host == url.partition(":")[0]
    if match == "domain":
        return host == url or host.endswith("." + url)
    return address.startswith(url) if match == "prefix" else address == url


def _passes(row: tuple[str, ...], query: dict[str, list[str]]) -> bool:
    values = dict(zip(FIELDS, row, strict=True))
    for one in query.get("filter", []):
        name, _, expression = one.removeprefix("!").partition(":")
        if bool(re.fullmatch(expression, values[name])) == one.startswith("!"):
            return False
    return query["from"][0] <= row[1] <= query["to"][0]
