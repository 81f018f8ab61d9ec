"""A small news site on loopback for `newsflow watch`: one feed, its pages, in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from tests.acquire.feed_texts import item, rss
from tests.acquire.server import Server, ok, serving
from tests.conftest import Newsflow

MISSING = ok(b"nothing", status=b"404 Not Found")
HTML = b"Content-Type: text/html; charset=utf-8"
PLACES = (
    "harbour",
    "mill",
    "orchard",
    "station",
    "library",
    "quarry",
    "market",
    "lighthouse",
    "ferry",
    "school",
)
PAGE = (
    "<html lang=en><head><title>The {place} opens again</title></head><body><article>"
    "<h1>The {place} opens again</h1>"
    "<p>The {place} of the coast town opened its doors on Monday, {number} weeks later than planned.</p>"
    "<p>“We waited {number} weeks for the {place} and it was worth it,” said Anna Berg, the mayor.</p>"
    "<p>The council expects {number}00 visitors at the {place} in the first month, most of them by train.</p>"
    "</article></body></html>"
)


@dataclass(frozen=True)
class Town:
    """The site. `feed`: the address of its feed."""

    server: Server

    @property
    def feed(self) -> str:
        return self.server.url("/news.xml")

    def publish(self, pages: int) -> None:
        """List so many articles, and have their pages."""
        links = [self.server.url(f"/story/{number}") for number in range(pages)]
        listed = [item(number, title=f"Story {number}", link=link) for number, link in enumerate(links)]
        self.server.pages["/news.xml"] = ok(rss(*listed).encode(), b"Content-Type: application/rss+xml")
        for number in range(pages):
            page = PAGE.format(place=PLACES[number % len(PLACES)], number=number + 3)
            self.server.pages[f"/story/{number}"] = ok(page.encode(), HTML)

    def asked(self, start: str) -> list[str]:
        """The paths of requests so far that begin so."""
        paths = [head.split(b" ")[1].decode() for head in list(self.server.asked)]
        return [path for path in paths if path.startswith(start)]

    def command(self, newsflow: Newsflow) -> Newsflow:
        """The command with the site on its allow list."""
        return newsflow.with_env(
            NEWSFLOW_ALLOW=f"127.0.0.1:{self.server.port}", NEWSFLOW_CONTACT="bot@coast.example"
        )


@contextmanager
def town_on_loopback() -> Iterator[Town]:
    """The site while a test runs."""
    ready, held = threading.Event(), []

    async def serve() -> None:
        async with serving() as server:
            server.pages["/robots.txt"] = MISSING
            ended = asyncio.Event()
            held.append((server, ended, asyncio.get_running_loop()))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=[serve()])
    thread.start()
    assert ready.wait(10)
    server, ended, loop = held[0]
    try:
        yield Town(server)
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)


def count(data: Path, table: str) -> int:
    """Rows of a table."""
    with connect(settings_for(data), read_only=True) as connection:
        return len(connection.execute(f"from {table}").fetchall())
