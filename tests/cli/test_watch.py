"""`newsflow watch` as a process, against a site on loopback."""

import asyncio
import fcntl
import json
import os
import pty
import re
import resource
import select
import signal
import subprocess
import termios
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.acquire.schedule import new_feed
from pipeline.acquire.secrets import Secrets
from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from pipeline.warehouse.live_rows import feed_row
from tests.acquire.server import ok
from tests.cli.town import MISSING, Town, count, town_on_loopback
from tests.conftest import COMMAND, Newsflow, environment

SECONDS = 60.0


@pytest.fixture
def town() -> Iterator[Town]:
    with town_on_loopback() as made:
        yield made


@pytest.fixture
def command(newsflow: Newsflow, town: Town) -> Newsflow:
    return town.command(newsflow)


def subscribe(data: Path, *feeds: str, catalog: str | None = None) -> None:
    """Subscribe to feeds, due at once."""
    settings = settings_for(data, catalog)
    secrets = Secrets(settings.secrets)
    with connect(settings) as connection:
        for feed in feeds:
            state = new_feed(secrets.hide(feed), datetime.now(UTC))
            secrets.save()
            row = feed_row(state) | {"added_at": state.next_poll_at}
            names = ", ".join(row)
            connection.execute(
                f"insert into feeds ({names}) values ({', '.join('?' * len(row))})", list(row.values())
            )


def until(done: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait for something that a running process brings about."""
    deadline = time.monotonic() + SECONDS
    while not done():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def events(stderr: str | bytes) -> list[dict[str, object]]:
    """The lines of a log; each must be an object."""
    rows = [json.loads(line) for line in stderr.splitlines()]
    assert all(set(row) >= {"ts", "level", "event"} for row in rows)
    return rows


def test_once_brings_what_is_due_into_the_tables(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(3)
    subscribe(data, town.feed)
    ran = command("watch", "--once", "--data", data)
    assert ran.code == 0, ran.stderr
    first, *others = ran.stdout.splitlines()
    assert re.fullmatch(r"1 poll in [\d.]+ s: 1 (changed|unchanged|same)", first)
    assert others[:3] == ["3 new entries", "3 pages: 3 fetched", "3 items: 3 loaded"]
    begun, *_, ended = events(ran.stderr)
    assert (begun["event"], ended["event"]) == ("start", "stop")
    assert count(data, "articles") == 3
    asked = len(town.server.asked)
    again = command("watch", "--once", "--data", data, "--json")
    assert again.code == 0, again.stderr
    assert json.loads(again.stdout)["polls"] == {}
    assert len(town.server.asked) == asked
    assert command("check", "--data", data).code == 0


def test_without_feeds_it_says_how_to_get_some(newsflow: Newsflow, data: Path) -> None:
    ran = newsflow("watch", "--data", data)
    assert ran.code == 2
    assert ran.stderr == (
        f"newsflow: no feed is subscribed in {data}: "
        "`newsflow feeds add URL` or `newsflow feeds import feeds.opml` first\n"
    )
    assert not data.exists()


@pytest.mark.parametrize("options", [["--metrics", "nowhere"], ["--allow", "not a network"]])
def test_wrong_options_are_one_line(newsflow: Newsflow, data: Path, options: list[str]) -> None:
    ran = newsflow("watch", "--data", data, *options)
    assert ran.code == 2
    assert ran.stderr.startswith("newsflow: ")
    assert ran.stderr.count("\n") == 1


def test_a_failing_feed_matters_under_strict_only(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(1)
    subscribe(data, town.feed)
    town.server.pages["/news.xml"] = MISSING
    ran = command("watch", "--once", "--data", data, "--log", "none", "--strict")
    assert (ran.code, ran.stderr) == (1, "")
    assert "1 not found" in ran.stdout.splitlines()[0]


def test_no_contact_is_warned_of_once(newsflow: Newsflow, command: Newsflow, town: Town, data: Path) -> None:
    town.publish(1)
    subscribe(data, town.feed)
    allowed = newsflow.with_env(NEWSFLOW_ALLOW=f"127.0.0.1:{town.server.port}")
    ran = allowed("watch", "--once", "--data", data, "--log", "none")
    assert ran.code == 0
    assert ran.stderr.count("--contact") == ran.stderr.count("\n") == 1


def test_sigterm_loads_what_is_captured_and_ends_with_0(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(40)
    subscribe(data, town.feed)
    process = command.start("watch", "--data", data)
    until(lambda: len(town.asked("/story/")) >= 2, process)
    process.send_signal(signal.SIGTERM)
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, stderr
    assert stdout == b""
    assert [row["event"] for row in events(stderr)].count("stopping") == 1
    asked = len(town.asked("/story/"))
    assert 2 <= asked < 40
    assert count(data, "articles") == asked
    assert count(data, "fetches where outcome = 'fetched'") == asked
    assert command("check", "--data", data).code == 0


def test_a_second_interrupt_ends_at_once_and_loses_nothing(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(3)
    subscribe(data, town.feed)
    slow = town.server.pages["/story/2"]

    async def never(writer: object) -> None:
        await asyncio.sleep(3600)

    town.server.pages["/story/2"] = never
    process = command.start("watch", "--data", data)
    until(lambda: "/story/2" in town.asked("/story/"), process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, stderr
    assert time.monotonic() - began < 10
    told = [row["event"] for row in events(stderr)]
    assert ("stopping" in told, "stop" in told) == (True, False)
    town.server.pages["/story/2"] = slow
    assert command("watch", "--once", "--data", data).code == 0
    assert count(data, "articles") == 3
    assert command("check", "--data", data).code == 0


def test_one_watch_a_warehouse_and_its_port_answers(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(2)
    subscribe(data, town.feed)
    process = command.start("watch", "--data", data, "--metrics", "0")
    assert process.stderr is not None
    lines = iter(process.stderr.readline, b"")
    told = next(row for row in map(json.loads, lines) if row["event"] == "serving")
    base = str(told["message"]).partition("/metrics")[0]
    until(lambda: b'newsflow_items_total{disposition="loaded"} 2.0' in read(f"{base}/metrics"), process)
    assert json.loads(read(f"{base}/healthz"))["status"] == "ok"
    second = command("watch", "--data", data)
    assert (second.code, second.stderr.count("\n")) == (2, 1)
    assert "another `newsflow watch`" in second.stderr
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def test_secrets_of_addresses_stay_out_of_logs_and_tables(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(1)
    path = "/news.xml?token=sesame8472"
    town.server.pages[path] = town.server.pages["/news.xml"]
    subscribe(data, town.server.url(path))
    town.server.pages[path] = ok(b"broken", status=b"500 Oops")
    ran = command("watch", "--once", "--data", data, "--log", "json")
    assert ran.code == 0, ran.stderr
    assert path in town.asked("/news.xml")
    assert "feed_failed" in [row["event"] for row in events(ran.stderr)]
    told = command("sql", "from feeds, polls", "--data", data, "--format", "json").stdout
    assert "token=REDACTED" in ran.stderr
    assert "token=REDACTED" in told
    assert "sesame8472" not in ran.stderr + ran.stdout + told


def test_on_a_terminal_there_is_a_panel_and_ctrl_c_ends_it(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(2)
    subscribe(data, town.feed)
    main, terminal = pty.openpty()
    env = environment() | command.env | {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
    process = subprocess.Popen(
        [*COMMAND, "watch", "--data", str(data)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=env,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(terminal)
    shown = read_terminal(main, "2 loaded")
    os.write(main, b"\x03")
    shown += read_terminal(main, "Tables are in")
    assert process.wait(SECONDS) == 0
    assert "1 active" in shown
    assert "stopping after loading" in shown
    assert "2 items: 2 loaded" in shown


def read_terminal(handle: int, wanted: str) -> str:
    """What a terminal shows, up to something."""
    shown, deadline = b"", time.monotonic() + SECONDS
    while wanted.encode() not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([handle], [], [], 0.2)[0]:
            shown += os.read(handle, 65536)
    return shown.decode(errors="replace")


def test_a_full_disk_ends_it_with_a_remedy(command: Newsflow, town: Town, data: Path) -> None:
    town.publish(20)
    subscribe(data, town.feed)
    process = command.start("watch", "--data", data)
    until(lambda: len(town.asked("/story/")) >= 2, process)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1024, 1024))  # no file may grow beyond that
    _, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 2, stderr
    failed = events(stderr)[-1]
    assert failed["event"] == "failed"
    assert "make room and run the same again" in str(failed["error"])
    assert command("check", "--data", data).code == 0


def test_the_same_on_a_postgresql_catalog(
    command: Newsflow, town: Town, data: Path, postgres_database: str
) -> None:
    chosen = ["--data", data, "--catalog", postgres_database]
    assert "no feed is subscribed" in command("watch", *chosen).stderr
    assert "no tables in" in command("status", *chosen).stderr
    town.publish(1)
    subscribe(data, town.feed, catalog=postgres_database)
    process = command.start("watch", *chosen)
    until(lambda: bool(town.asked("/story/")), process)
    assert "another `newsflow watch`" in command("watch", *chosen).stderr
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    told = command("sql", "select count(*) from articles", *chosen, "--format", "csv").stdout
    assert told.splitlines()[1] == "1"
