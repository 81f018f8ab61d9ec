"""The event loop of a watch: the stream, and around it what people and machines see of it.

    signals ──> stop        stream ── gauges ──> panel or status lines, /metrics, /healthz

All of it runs in one loop and reads the gauges between the stream's steps; nothing here writes to tables.
"""

import asyncio
import json
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol

from rich.console import Console
from rich.live import Live

from pipeline import __version__
from pipeline.cli.values import as_json
from pipeline.cli.watch_health import Health
from pipeline.cli.watch_http import Endpoint, Reply, serving
from pipeline.cli.watch_logs import Latest, log
from pipeline.cli.watch_panel import Beside, Pace, draw, resident_bytes
from pipeline.cli.watch_report import counted, standing
from pipeline.gauges import Gauges
from pipeline.settings import Settings

TICK_SECONDS = 0.5
STATUS_SECONDS = 60.0
STOPPING = "stopping after loading what is under way; Ctrl-C again stops at once (nothing is lost)"


class Watched(Protocol):
    """What is attended: a stream."""

    gauges: Gauges

    async def work(self, *, once: bool = False) -> None:
        """Poll, fetch and load until told to stop; with `once` until nothing is due."""

    def stop(self) -> None:
        """Begin nothing new; `work` returns when what is under way is loaded."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a watch shows itself. `say(level, event, sentence)` reaches the log, or people where there is none.

    `panel`: the console to draw on; `latest` holds the line of the log that the panel shows.
    """

    say: Callable[[int, str, str], None]
    panel: Console | None
    latest: Latest | None
    endpoint: Endpoint | None


@dataclass(slots=True)
class Attendance:
    """One watch while it runs."""

    stream: Watched
    shown: Shown
    settings: Settings
    health: Health = field(default_factory=Health)
    pace: Pace = field(default_factory=Pace)
    stopped: bool = False

    async def work(self, *, once: bool) -> None:
        """The stream to its end."""
        settings = self.settings
        begun = {"version": __version__, "data": settings.data, "workers": settings.workers, "once": once}
        self._log("start", begun)
        with self._stopped_by_signals():
            async with self._served(), self._looked_at():
                await self.stream.work(once=once)
        self._log("stop", {"asked": self.stopped, **self._figures()})

    def ask_to_stop(self) -> None:
        """What the first signal does."""
        self.stopped = True
        self.shown.say(logging.INFO, "stopping", STOPPING)
        self.stream.stop()

    @contextmanager
    def _stopped_by_signals(self) -> Iterator[None]:
        """The first Ctrl-C or SIGTERM asks the stream to stop; the next one does what it does elsewhere."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGINT, signal.SIGTERM)

        def ask() -> None:
            for number in numbers:
                loop.remove_signal_handler(number)
            self.ask_to_stop()

        for number in numbers:
            loop.add_signal_handler(number, ask)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)

    @asynccontextmanager
    async def _served(self) -> AsyncIterator[None]:
        """/metrics and /healthz, where they are wanted."""
        if self.shown.endpoint is None:
            yield
            return
        from pipeline.cli.watch_metrics import MEDIA_TYPE, exposition, registry_of

        registry = registry_of(self.stream.gauges)
        pages = {
            "/metrics": lambda: Reply(HTTPStatus.OK, MEDIA_TYPE, exposition(registry)),
            "/healthz": self._healthz,
        }
        async with serving(self.shown.endpoint, pages) as bound:
            self.shown.say(logging.INFO, "serving", f"http://{bound}/metrics and http://{bound}/healthz")
            yield

    @asynccontextmanager
    async def _looked_at(self) -> AsyncIterator[None]:
        """The panel, the health and the status lines, twice a second."""
        panel = self.shown.panel
        with Live(console=panel, auto_refresh=False, transient=True) if panel else nullcontext() as live:
            ticking = asyncio.create_task(self._tick(live))
            try:
                yield
            finally:
                ticking.cancel()
                with suppress(asyncio.CancelledError):
                    await ticking

    async def _tick(self, live: Live | None) -> None:
        status_at = time.monotonic() + STATUS_SECONDS
        while True:
            self.look(live)
            await asyncio.sleep(TICK_SECONDS)
            if time.monotonic() >= status_at:
                status_at += STATUS_SECONDS
                self._log("status", self._figures())

    def look(self, live: Live | None) -> None:
        """One look at the gauges."""
        now, gauges = datetime.now(UTC), self.stream.gauges
        self.health = self.health.looked(gauges, now)
        rate = self.pace.per_second(time.monotonic(), gauges.requests)
        if live is not None:
            latest = self.shown.latest.line if self.shown.latest else ""
            beside = Beside(self.settings.data, resident_bytes(), rate, latest, self.stopped)
            live.update(draw(gauges, beside, now), refresh=True)

    def _healthz(self) -> Reply:
        now = datetime.now(UTC)
        problems = self.health.problems(self.stream.gauges, now)
        said = {"status": "failing" if problems else "ok", "problems": problems}
        body = json.dumps(as_json(said | standing(self.stream.gauges))) + "\n"
        status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
        return Reply(status, "application/json", body.encode())

    def _figures(self) -> dict[str, object]:
        gauges = self.stream.gauges
        return {**counted(gauges), **standing(gauges), "memory_bytes": resident_bytes()}

    def _log(self, event: str, fields: dict[str, object]) -> None:
        log.info(event, extra={"fields": fields})
