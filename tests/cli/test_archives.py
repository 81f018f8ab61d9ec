"""`newsflow backfill` over the network, from servers on loopback: a month of CC-NEWS, a private address."""

import gzip
import json
from pathlib import Path

from tests.acquire.ranges import shelf
from tests.archive.samples import packed, record, response
from tests.conftest import Newsflow

TEXT = (
    "<h1>The harbour opens</h1><article>"
    + "<p>The harbour of the town opened on day {}, a year late.</p>" * 4
)
MONTH = "crawl-data/CC-NEWS/2026/02/"


def crawl(first: int, count: int) -> bytes:
    """A web archive of some pages."""
    pages = range(first, first + count)
    return packed(record(n, response(TEXT.replace("{}", str(n)).encode())) for n in pages)


def test_a_month_of_cc_news_is_read_once(newsflow: Newsflow, tmp_path: Path) -> None:
    newsflow = newsflow.with_env(NEWSFLOW_DATA=str(tmp_path / "data"))
    names = [f"{MONTH}CC-NEWS-2026020{day}000000-0000{day}.warc.gz" for day in (1, 5)]
    with shelf() as held:
        held.files = {f"/{name}": crawl(10 * at, 3) for at, name in enumerate(names)}
        held.files[f"/{MONTH}warc.paths.gz"] = gzip.compress("\n".join(names).encode())
        options = ["--base", held.url("/"), "--allow", f"127.0.0.1:{held.port}"]
        found = json.loads(newsflow("backfill", "cc-news:2026-02", *options, "--json").stdout)
        assert (found["items"], found["parts"], found["parts_ended"]) == (6, 2, 2)
        held.asked.clear()
        again = json.loads(newsflow("backfill", "cc-news:2026-02", *options, "--json").stdout)
        assert (again["items"], again["parts_ended_earlier"]) == (0, 2)
        assert [path for path, _ in held.asked] == [f"/{MONTH}warc.paths.gz"]
        marks = newsflow("sql", "select part, is_done, items from marks order by part", "--format", "csv")
        assert marks.stdout.splitlines()[1:] == [f"{held.url('/')}{name},true,3" for name in names]


def test_a_private_address_needs_to_be_allowed(newsflow: Newsflow, tmp_path: Path) -> None:
    with shelf(a=crawl(1, 1)) as held:
        found = newsflow("backfill", held.url("/a"), "--data", tmp_path / "data")
    assert found.code == 2
    assert "nothing could be read" in found.stderr
