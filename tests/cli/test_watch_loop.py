"""The loop around a stream: signals, panel, status lines. The signals are real, sent to this process."""

import asyncio
import io
import logging
import os
import signal
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli.watch_logs import JsonLines, logging_to
from pipeline.cli.watch_loop import STOPPING, Attendance, Shown
from pipeline.errors import WarehouseError
from pipeline.settings import settings_for
from tests.cli.watched import IdleStream, busy_gauges


class Lines(logging.Handler):
    """Keeps what is logged, as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.events: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        assert self.format(record)
        self.events.append(record.getMessage())


def attendance(said: list[str], panel: Console | None = None, error: Exception | None = None) -> Attendance:
    shown = Shown(lambda level, event, sentence: said.append(sentence), panel, None, None)
    return Attendance(IdleStream(busy_gauges(), error), shown, settings_for(Path("data")))


async def signalled(work: Attendance, *numbers: signal.Signals) -> None:
    """Send the signals while it works, one a turn of the loop."""
    task = asyncio.create_task(work.work(once=False))
    for number in numbers:
        await asyncio.sleep(0.01)
        os.kill(os.getpid(), number)
    await task


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(number: signal.Signals) -> None:
    said: list[str] = []
    lines, before = Lines(), signal.getsignal(number)
    work = attendance(said)
    with logging_to(lines):
        asyncio.run(signalled(work, number))
    assert said == [STOPPING]
    assert work.stopped
    assert lines.events == ["start", "stop"]
    assert signal.getsignal(number) is before


def test_once_ends_by_itself() -> None:
    lines, work = Lines(), attendance([])
    with logging_to(lines):
        asyncio.run(work.work(once=True))
    assert lines.events == ["start", "stop"]
    assert not work.stopped


def test_a_second_interrupt_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IdleStream, "stop", lambda stream: None)  # a stream that takes its time
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(signalled(attendance(said), signal.SIGINT, signal.SIGINT))
    assert said == [STOPPING]


def test_an_error_of_the_stream_comes_through() -> None:
    with pytest.raises(WarehouseError, match="disk is full"):
        asyncio.run(attendance([], error=WarehouseError("disk is full")).work(once=False))


def test_the_panel_is_drawn_and_wiped() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    asyncio.run(signalled(attendance([], console), signal.SIGINT))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "61 active" in shown
    assert shown.rstrip().endswith("\x1b[2K")  # the last line of the panel is erased


def test_status_lines_come_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cli.watch_loop.TICK_SECONDS", 0.01)
    monkeypatch.setattr("pipeline.cli.watch_loop.STATUS_SECONDS", 0.02)
    lines = Lines()

    async def run() -> None:
        work = attendance([])
        task = asyncio.create_task(work.work(once=False))
        while lines.events.count("status") < 3:
            await asyncio.sleep(0.01)
        work.ask_to_stop()
        await task

    with logging_to(lines):
        asyncio.run(asyncio.wait_for(run(), 5))
    assert lines.events[0] == "start"
    assert lines.events[-1] == "stop"
