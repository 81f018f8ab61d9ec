"""Small sources, warehouses that tests only read (each is ingested once), and a server to ask for feeds."""

import asyncio
import gzip
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acquire.server import Answer, Server, ok, serving
from tests.archive.samples import packed, record, response
from tests.conftest import Newsflow

STORY = (
    "The council of the harbour town approved a new bridge on Monday after a debate of nine hours.\n"
    "“We are ready to build,” said Anna Berg, the mayor. The bridge will cost 40 million euros.\n"
    "Engineers expect the work to take two years, and ferries will run until the last bolt is tight.\n"
)
PAGE = (
    "<html lang=en><head><title>Orchards bloom early</title></head>"
    "<body><article><h1>Orchards bloom early</h1>"
    "<p>Apple growers in the valley saw the first flowers on Tuesday, three weeks before the usual date.</p>"
    "<p>“A frost now would cost us the harvest,” said Jonas Falk, who keeps bees there.</p>"
    "<p>The weather service expects mild nights until the end of the month, with rain in the hills.</p>"
    "</article></body></html>"
)
MISSING = ok(b"nothing", status=b"404 Not Found")
PATHS = ("robots.txt", "rss", "gone", "feed/", "page")


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one source of each kind: five articles, and three items to refuse."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "bridge.txt").write_text(f"A bridge for the harbour\n\n{STORY}")
    (folder / "copy.txt").write_text(f"Harbour gets its bridge\n\n{STORY}")
    (folder / "page.html").write_text(PAGE)
    rows = [
        {
            "url": "https://news.example/row",
            "title": "Rain at last",
            "text": STORY.replace("bridge", "well"),
            "published_at": "2026-02-01T08:00:00Z",
            "authors": ["Eva Lind"],
        },
        {"title": "no text"},
    ]
    (folder / "rows.jsonl.gz").write_bytes(
        gzip.compress("\n".join(map(json.dumps, rows)).encode() + b"\nnot json\n")
    )
    pages = [
        record(1, response(PAGE.replace("Orchards", "Meadows").replace("Apple", "Hay").encode())),
        record(2, b"bad"),
    ]
    (folder / "web.warc.gz").write_bytes(packed(pages))
    return folder


@pytest.fixture(scope="session")
def held(newsflow: Newsflow, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sources in it. Tests read it and leave it as it is."""
    data = tmp_path_factory.mktemp("held") / "data"
    ran = newsflow("ingest", sources, "--data", data)
    assert ran.code == 0, ran.stderr
    return data


@pytest.fixture
def copied(held: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed."""
    return Path(shutil.copytree(held, tmp_path / "copied"))


@pytest.fixture
def ask(newsflow: Newsflow) -> Callable[[Path, str], list[dict[str, object]]]:
    """The rows of a query."""

    def run(data: Path, query: str) -> list[dict[str, object]]:
        ran = newsflow("sql", query, "--data", data, "--format", "json")
        assert ran.code == 0, ran.stderr
        rows: list[dict[str, object]] = json.loads(ran.stdout)
        return rows

    return run


@pytest.fixture
def server() -> Iterator[Server]:
    """A server in a thread of its own; tests put their pages into it."""
    ready, held = threading.Event(), []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        pages: dict[str, bytes | Answer] = dict.fromkeys(PATHS, MISSING)
        async with serving(**pages) as made:
            ended = asyncio.Event()
            held.append((made, ended))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    assert ready.wait(10)
    made, ended = held[0]
    yield made
    loop.call_soon_threadsafe(ended.set)
    thread.join(10)
    loop.close()


@pytest.fixture
def allowed(newsflow: Newsflow, server: Server) -> Newsflow:
    """The command with the server on its allow list."""
    return newsflow.with_env(NEWSFLOW_ALLOW=f"127.0.0.1:{server.port}", NEWSFLOW_CONTACT="bot@coast.example")
