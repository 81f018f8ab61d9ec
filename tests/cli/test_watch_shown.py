"""What a watch shows of itself: panel, log lines, health; each from gauges that are given."""

import io
import json
import logging
import warnings
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli.watch_health import TOO_LONG, Health
from pipeline.cli.watch_logs import JsonLines, Latest, TextLines, log, logging_to
from pipeline.cli.watch_panel import Beside, Pace, draw, resident_bytes, rows
from pipeline.gauges import Gauges
from tests.cli.watched import NOW, busy_gauges

SECRET = "https://reader:hunter2@news.example/feed?token=abc123&page=2"
BESIDE = Beside(Path("/srv/news"), 96 * 1024**2, 3.25)


def drawn(gauges: Gauges, width: int, beside: Beside = BESIDE) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(draw(gauges, beside, NOW))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_the_panel_on_a_wide_terminal() -> None:
    assert [line.rstrip() for line in drawn(busy_gauges(), 120)] == [
        "newsflow watch, for 1 h 30 min: /srv/news",
        "feeds     61 active · 2 paused · next poll in 14 s",
        "polls     1,200 changed · 340 unchanged · 7 timeout · 4,150 new entries",
        "pages     4,100 fetched · 12 not found · 40 due · 210 later",
        "items     4,000 loaded · 60 revised · 40 rejected",
        "rejected  31 no article · 9 script only",
        "loads     3 · median 0.5 s, last 4.0 s · 8.0 s ago · 5 waiting",
        "network   3.2 requests/s · 12 under way · 512 MiB received",
        "memory    96 MiB, without workers",
    ]


def test_the_panel_on_a_narrow_terminal_says_the_same() -> None:
    narrow = drawn(busy_gauges(), 34)
    assert max(map(len, narrow)) <= 34
    words = " ".join(" ".join(narrow).split())
    for name, text in rows(busy_gauges(), BESIDE, NOW):
        assert name in words
        for word in text.split():
            assert word in words


def test_the_panel_before_anything_happened() -> None:
    assert [line.split(maxsplit=1)[1].strip() for line in drawn(Gauges(started_at=NOW), 80)] == [
        "watch, for 0.0 s: /srv/news",
        "none due",
        "0 new entries",
        "0 due · 0 later",
        "0 · 0 waiting",
        "3.2 requests/s · 0 under way · 0 MiB received",
        "96 MiB, without workers",
    ]


def test_the_panel_tells_of_lag_and_of_the_end() -> None:
    gauges = busy_gauges()
    gauges.feeds_due, gauges.lag_seconds = 3, 75.0
    lines = drawn(gauges, 120, Beside(Path("d"), 0, 0.0, latest="[it broke]", stopping=True))
    assert lines[0].strip() == "newsflow watch, stopping: d"
    assert "3 due, the longest for 1 min 15 s" in lines[1]
    assert lines[-1].split() == ["latest", "[it", "broke]"]


def test_the_pace_is_that_of_the_last_minute() -> None:
    pace = Pace()
    assert pace.per_second(0.0, 0) == 0.0
    assert pace.per_second(10.0, 50) == 5.0
    assert pace.per_second(65.0, 50) == 0.0


def test_memory_is_read_from_the_system() -> None:
    before = resident_bytes()
    held = bytearray(64 * 1024**2)
    assert resident_bytes() - before > len(held) // 2


def record(message: str, level: int = logging.INFO, name: str = "newsflow.stream", **fields: object) -> str:
    made = logging.LogRecord(name, level, __file__, 1, message, (), None)
    made.fields = fields
    return JsonLines().format(made)


def test_a_line_is_one_object_with_its_fields() -> None:
    line = record("batch", seconds=0.5, counts={"loaded": 3}, at=NOW, url=None)
    assert "\n" not in line
    row = json.loads(line)
    assert list(row)[:3] == ["ts", "level", "event"]
    assert row.pop("ts").endswith("Z")
    assert row == {
        "level": "info",
        "event": "batch",
        "seconds": 0.5,
        "counts": {"loaded": 3},
        "at": "2026-03-02T09:30:00Z",
        "url": None,
    }


def test_a_field_cannot_pass_for_the_record() -> None:
    row = json.loads(record("batch", level=logging.WARNING, event="other", ts="never"))
    assert (row["event"], row["event_"], row["ts_"]) == ("batch", "other", "never")


@pytest.mark.parametrize("form", [JsonLines(), TextLines()])
def test_no_secret_of_an_address_gets_into_a_line(form: logging.Formatter) -> None:
    try:
        raise ValueError(f"no answer from {SECRET}")
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    made = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, f"failed: {SECRET}", (), trace)
    made.fields = {"url": SECRET, "all": [SECRET], "by": {SECRET: f"moved to {SECRET}"}}
    line = form.format(made)
    assert "hunter2" not in line
    assert "abc123" not in line
    assert line.count("token=REDACTED") >= 5


def test_a_line_of_text() -> None:
    made = logging.LogRecord("newsflow.watch", logging.WARNING, __file__, 1, "no_contact", (), None)
    made.fields = {"message": "two words", "count": 3}
    stamp, text = TextLines().format(made).split(" ", 1)
    assert stamp.endswith("Z")
    assert text == 'warning no_contact message="two words" count=3'


def test_what_others_warn_of_is_logged_too() -> None:
    latest = Latest()
    with logging_to(latest):
        log.info("batch")
        assert latest.line == ""
        warnings.warn("an old option", stacklevel=1)
        assert "an old option" in latest.line
        logging.getLogger("asyncio").error("a task failed")
        assert latest.line.endswith("error   a task failed logger=asyncio")
    log.warning("after")
    assert "after" not in latest.line


def test_health_fails_for_a_feed_that_is_due_too_long() -> None:
    gauges = busy_gauges()
    gauges.lag_seconds = TOO_LONG
    assert Health().problems(gauges, NOW) == []
    gauges.lag_seconds += 1
    assert Health().problems(gauges, NOW) == ["a feed has been due for 901 s"]


def test_health_fails_for_results_that_nobody_loads() -> None:
    gauges = busy_gauges()
    late, later = NOW + timedelta(seconds=TOO_LONG + 1), NOW + timedelta(seconds=TOO_LONG + 2)
    health = Health().looked(gauges, NOW).looked(gauges, late)
    assert health.problems(gauges, late) == ["results have waited for their load for 901 s"]
    gauges.batches += 1
    health = health.looked(gauges, later)
    assert health.problems(gauges, later) == []
    gauges.results_waiting = 0
    assert health.looked(gauges, later).unloaded_since is None
