"""`newsflow round` as a scheduler calls it, on both catalogs, with a kill -9 in each step."""

import json
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest

from pipeline.store import Bucket
from tests.cli.town import Town, town_on_loopback
from tests.conftest import Newsflow, Ran, fresh_database

PAGES = 6
TABLES = "select (select count(*) from articles) as articles, (select count(*) from entries) as entries, \
(select count(*) from polls) as polls, (select count(*) from fetches) as fetches"


@pytest.fixture
def town() -> Iterator[Town]:
    with town_on_loopback() as made:
        made.publish(PAGES)
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def command(request: pytest.FixtureRequest, newsflow: Newsflow, town: Town, data: Path) -> Iterator[Newsflow]:
    there = town.command(newsflow).with_env(NEWSFLOW_DATA=str(data), NEWSFLOW_WORKERS="1")
    if request.param == "sqlite":
        yield there
        return
    with fresh_database(request.getfixturevalue("postgres")) as address:
        yield there.with_env(NEWSFLOW_CATALOG=address)


@pytest.fixture
def machines(
    newsflow: Newsflow, town: Town, s3: dict[str, str], bucket: str, postgres_database: str, tmp_path: Path
) -> Iterator[Newsflow]:
    """Commands that run on another machine each time: what they share is catalog and store."""
    shared = {"NEWSFLOW_CATALOG": postgres_database, "NEWSFLOW_STORE": bucket, "NEWSFLOW_WORKERS": "1"} | s3
    there = town.command(newsflow).with_env(**shared)
    return (there.with_env(NEWSFLOW_DATA=str(tmp_path / f"machine-{number}")) for number in count())


def said(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def ask_words(plan: dict[str, Any]) -> list[object]:
    (share,) = plan["shares"]
    return [
        "round",
        "ask",
        f"--round={plan['round']}",
        f"--share={share}",
        f"--of={plan['of']}",
        f"--at={plan['at']}",
    ]


def killed(command: Newsflow, seconds: float, *words: object) -> None:
    """The command, ended by SIGKILL so many seconds after its start."""
    process = command.start(*words)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def test_each_step_may_be_killed_and_run_again(command: Newsflow, town: Town) -> None:
    assert command("feeds", "add", "--no-check", town.feed).code == 0
    plan = said(command("round", "plan", "--round", "first"))
    assert (plan["feeds"], plan["pages"], plan["waiting"]) == (1, 0, [])
    for seconds in (0.6, 1.2, 2.4):
        killed(command, seconds, *ask_words(plan))
    names = said(command(*ask_words(plan)))["manifests"]
    assert said(command("round", "waiting"))["groups"] == [names]

    later = said(command("round", "plan", "--round", "later"))
    assert (later["shares"], later["waiting"]) == ([], names)
    assert "manifests of rounds wait" in command("watch", "--once").stderr
    for seconds in (0.5, 1.0):
        killed(command, seconds, "round", "examine", *names)
    said(command("round", "examine", *names))
    for seconds in (0.4, 0.8, 1.6):
        killed(command, seconds, "round", "load", *names)
    said(command("round", "load", *names))
    assert said(command("round", "waiting")) == {"manifests": [], "groups": []}

    # What a kill cut off within the asking is asked for in the next round.
    rest = said(command("round", "plan", "--round", "rest"))
    if rest["shares"]:
        names = said(command(*ask_words(rest)))["manifests"]
        said(command("round", "examine", *names))
        said(command("round", "load", *names))
    (row,) = json.loads(command("sql", TABLES, "--format", "json").stdout)
    assert row == {"articles": PAGES, "entries": PAGES, "polls": 1, "fetches": PAGES}
    assert command("check").code == 0


def test_steps_on_machines_that_share_object_storage(
    machines: Iterator[Newsflow], town: Town, bucket: str, tmp_path: Path
) -> None:
    path = urlsplit(town.feed).path
    town.server.pages[f"{path}?token=abc"] = town.server.pages[path]
    assert next(machines)("feeds", "add", "--no-check", f"{town.feed}?token=abc").code == 0
    plan = said(next(machines)("round", "plan", "--round", "first"))
    killed(next(machines), 1.2, *ask_words(plan))
    names = said(next(machines)(*ask_words(plan)))["manifests"]
    assert said(next(machines)("round", "waiting"))["groups"] == [names]
    killed(next(machines), 0.5, "round", "examine", *names)
    assert said(next(machines)("round", "examine", *names))["items"] == PAGES
    for seconds in (0.8, 1.6):
        killed(next(machines), seconds, "round", "load", *names)
    said(next(machines)("round", "load", *names))
    assert said(next(machines)("round", "waiting")) == {"manifests": [], "groups": []}

    (row,) = json.loads(next(machines)("sql", TABLES, "--format", "json").stdout)
    assert row == {"articles": PAGES, "entries": PAGES, "polls": 1, "fetches": PAGES}
    assert next(machines)("check").code == 0
    texts = "select article_id, title, text, revision from articles order by all"
    before = next(machines)("sql", texts, "--format", "json").stdout
    assert next(machines)("replay").code == 0
    assert next(machines)("replay", "--since", "2026-01-01").code == 0
    assert next(machines)("compact").code == 0
    assert next(machines)("check").code == 0
    assert next(machines)("sql", texts, "--format", "json").stdout == before
    assert next(machines)("publish", f"{bucket}/news.duckdb").code == 0

    kept = Bucket(bucket)
    assert {name.partition("/")[0] for name in kept.names("")} == {
        "captures",
        "news.duckdb",
        "secrets",
        "tables",
    }
    kept.get("news.duckdb", tmp_path / "news.duckdb")
    with duckdb.connect(str(tmp_path / "news.duckdb"), read_only=True) as copy:
        assert copy.sql("select count(*) from articles").fetchall() == [(PAGES,)]
    left = {path.name for path in tmp_path.glob("machine-*/captures/**/*.warc.gz")}
    assert left <= {
        Path(name).name for name in kept.names("captures")
    }  # of the replay, which reads all of them


def test_a_backfill_on_machines_that_share_object_storage(
    machines: Iterator[Newsflow], bucket: str, tmp_path: Path
) -> None:
    """Archives, their lists and all that comes of them are in storage; each list is read elsewhere."""
    pages = {"one": "https://gazette.example/1", "two": "https://tribune.example/2"}
    for name, url in pages.items():
        file = tmp_path / f"{name}.jsonl"
        file.write_text(json.dumps({"url": url, "text": f"The harbour of {name} was closed on Friday. " * 9}))
        Bucket(bucket).put(file, f"crawls/{name}.jsonl")
    words = ["divide", f"{bucket}/crawls/", "--lists", "2", "--into", f"{bucket}/plans/first"]
    sources = said(next(machines)(*words))["sources"]
    assert sources == [f"{bucket}/plans/first/{number:03}.paths" for number in range(len(sources))]
    for source in sources:
        assert next(machines)("backfill", source).code == 0
    urls = json.loads(next(machines)("sql", "select url from articles order by 1", "--format", "json").stdout)
    assert [one["url"] for one in urls] == sorted(pages.values())
    assert next(machines)("check").code == 0
    assert list(tmp_path.glob("machine-*/captures/**/*.warc.gz")) == []


def test_without_feeds_it_says_what_to_do(newsflow: Newsflow, data: Path) -> None:
    ran = newsflow("round", "plan", "--round", "first", "--data", data)
    assert ran.code == 2
    assert "newsflow feeds add URL" in ran.stderr
    assert not data.exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["plan", "--round", "a/b"], "no name for files"),
        (["ask", "--round", "a", "--share", "0", "--of", "1", "--at", "noon"], "is no date"),
        (["examine", "nothing-000-0000"], "no manifest nothing-000-0000 waits"),
    ],
)
def test_wrong_use_is_said(
    newsflow: Newsflow, town: Town, data: Path, words: list[str], problem: str
) -> None:
    assert newsflow("feeds", "add", "--no-check", town.feed, "--data", data).code == 0
    ran = newsflow("round", *words, "--data", data)
    assert ran.code == 2
    assert problem in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_load_of_what_is_gone_changes_nothing(newsflow: Newsflow, data: Path) -> None:
    assert said(newsflow("round", "load", "old-000-0000", "--data", data)) == {"reasons": {}}
