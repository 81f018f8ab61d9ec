"""The CPU work: the pure stages on many captures, in worker processes with limits on each item.

    Item ── examine ────────> Extracted (article, quotes, fingerprint) or Dropped
    Feed ── examine_feed ───> ParsedFeed or Dropped
    text ── quote_text ─────> Quotes; ── sign_text ──> Fingerprint: one stage again (replay/)

A page or feed that takes too long, takes too much memory or kills its worker costs itself only: it becomes a
Dropped, and its worker is replaced.
"""

import asyncio
import fcntl
import gc
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as TaskTimeoutError
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from pipeline.dispositions import Reason
from pipeline.errors import WorkersError
from pipeline.records import Article, Capture, Dropped, Quote
from pipeline.settings import Limits

if TYPE_CHECKING:
    from pipeline.acquire.records import ParsedFeed
    from pipeline.stories import Fingerprint, Shingles

Result = TypeVar("Result")
One = TypeVar("One")
Other = TypeVar("Other")
# Items handed to a worker ahead of the one it works on: enough to bridge a load of 0.2 s.
AHEAD_PER_WORKER = 16
DEATHS_IN_A_ROW = 24
COLLECT_AFTER = 20_000, 20, 50
PIPE_BYTES = 1 << 20  # what Linux lets anybody have


@dataclass(frozen=True, slots=True)
class Extracted:
    """All that the pure stages make of one capture; `shingles`, which no table holds, are for the load."""

    article: Article
    quotes: tuple[Quote, ...]
    fingerprint: "Fingerprint"
    shingles: "Shingles"
    is_canonical_url: bool  # whether the capture was taken at the article's canonical address


def examine(capture: Capture, payload: bytes) -> Extracted | Dropped:
    """One capture through all pure stages, or the reason why it went no further.

    Runs in a worker, where the stages are loaded already; the parent, which never runs it, is spared them.
    """
    from pipeline.clean import clean
    from pipeline.clean.addresses import is_at
    from pipeline.quotes import extract_quotes
    from pipeline.stories import shingle

    article = clean(capture, payload)
    if isinstance(article, Dropped):
        return article
    quotes = extract_quotes(article.text, article.language)
    is_canonical = is_at(article.url, article.canonical_url)
    return Extracted(article, quotes, *shingle(article.text, article.title), is_canonical)


def examine_page(capture: Capture, payload: bytes) -> Article | Dropped:
    """One capture through cleaning alone."""
    from pipeline.clean import clean

    return clean(capture, payload)


def quote_text(text: str, language: str | None) -> tuple[Quote, ...]:
    """The quotes of an article that has been cleaned."""
    from pipeline.quotes import extract_quotes

    return extract_quotes(text, language)


def sign_text(text: str, title: str | None) -> "Fingerprint":
    """The fingerprint of an article that has been cleaned."""
    from pipeline.stories import sign

    return sign(text, title)


def examine_feed(capture: Capture, payload: bytes) -> "ParsedFeed | Dropped":
    """One feed's body to its entries."""
    from pipeline.acquire.feeds import parse_feed

    charset = f"; charset={capture.charset}" if capture.charset else ""
    return parse_feed(payload, capture.final_url or capture.url or "", capture.media_type + charset)


@dataclass(slots=True)
class Health:
    """How many items in a row have killed their worker; far too many mean that no worker can run at all."""

    deaths: int = 0

    def died(self) -> None:
        """Count one. Raises WorkersError where it is not the items' fault any more."""
        self.deaths += 1
        if self.deaths >= DEATHS_IN_A_ROW:
            raise WorkersError(
                f"{self.deaths} workers died in a row: check memory and the temporary folder, "
                "then run the same again"
            )


@dataclass(frozen=True, slots=True)
class Task(Generic[Result]):
    """One item under way in a worker."""

    future: "ProcessFuture[Result]"
    seconds: float
    health: Health
    stage: str

    def result(self) -> Result | Dropped:
        """Wait for it. A failure of the item is a Dropped; WorkersError says that no worker can run."""
        try:
            found = self.future.result()
        except TaskTimeoutError:
            return Dropped(self.stage, Reason.TIMEOUT, f"more than {self.seconds:g} s")
        except MemoryError:
            return Dropped(self.stage, Reason.OUT_OF_MEMORY, "more memory than one worker may take")
        except ProcessExpired as error:
            self.health.died()
            return Dropped(self.stage, Reason.CRASHED, f"the worker ended with code {error.exitcode}")
        except BrokenProcessPool as error:
            raise WorkersError(f"the worker processes cannot be started: {error}") from error
        except Exception as error:  # noqa: BLE001 - the one boundary: any failure of an item costs that item only
            return Dropped(self.stage, Reason.CRASHED, f"{type(error).__name__}: {error}"[:300])
        self.health.deaths = 0
        return found

    @property
    def is_done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.future.done()

    def hold(self) -> None:
        """Wait until it has ended, in whatever way."""
        wait([self.future])

    async def wait(self) -> Result | Dropped:
        """The result without holding the event loop up; cancelled, the worker's task ends too."""
        # An error is `result`'s to tell; here it is only taken, so that nobody reports it as lost.
        await asyncio.gather(asyncio.wrap_future(self.future), return_exceptions=True)
        return self.result()


class Ahead:
    """Items that wait until they are examined: so many, and so many bytes, at most, or a single one."""

    def __init__(self, limits: Limits) -> None:
        self._most_items, self._most_bytes = limits.ahead_items, limits.ahead_bytes
        self._bytes = 0
        self._waiting: deque[tuple[int, Task[Any]]] = deque()

    def make_room(self, size: int) -> None:
        """Hold until there is room for a payload."""
        while self._waiting and (
            len(self._waiting) >= self._most_items or self._bytes + size > self._most_bytes
        ):
            gone, task = self._waiting.popleft()
            task.hold()
            self._bytes -= gone

    def add(self, size: int, task: Task[Any]) -> None:
        """Note a payload that was handed over."""
        self._waiting.append((size, task))
        self._bytes += size


class _WidePipes(ForkServerContext):
    """Pipes that hold a few pages: through 64 KiB a page goes in pieces, which took half as long again."""

    def Pipe(self, duplex: bool = True) -> "tuple[Connection, Connection]":  # noqa: N802 - overrides the standard library's
        """Two ends of a pipe."""
        ends = super().Pipe(duplex)
        if hasattr(fcntl, "F_SETPIPE_SZ") and not duplex:
            with suppress(PermissionError):  # one user's pipes have had all memory that they may
                fcntl.fcntl(ends[1].fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        return ends


class Workers:
    """A pool of worker processes. Use it as a context manager; leaving it with an error ends them at once.

    `niceness`: how far below this process they stand where processors are scarce.
    """

    _open = 0  # pools of this process, which share one fork server

    def __init__(self, count: int, limits: Limits, niceness: int = 0) -> None:
        context = _WidePipes()
        context.set_forkserver_preload(["pipeline.work", "pipeline.preload"])
        forkserver.ensure_running()  # it loads the stages while the caller opens the tables
        self._seconds = limits.item_seconds
        self._health = Health()
        self._pool = ProcessPool(
            max_workers=count,
            context=context,
            initializer=_limit_worker,
            initargs=[limits.worker_bytes, niceness],
        )
        self.ahead = count * AHEAD_PER_WORKER

    def __enter__(self) -> Self:
        Workers._open += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()
        Workers._open -= 1
        if Workers._open == 0:
            # Wait for the fork server too: no process outlives the command, whose time includes the workers'.
            forkserver._forkserver._stop()  # type: ignore[attr-defined]

    def submit(
        self,
        function: Callable[[One, Other], Result],
        one: One,
        other: Other,
        seconds: float | None = None,
        stage: str = "clean",
    ) -> Task[Result]:
        """Hand one item, a capture and its payload or a text, to a worker for at most `seconds`.

        A Dropped names `stage`.
        """
        limit = self._seconds if seconds is None else seconds
        try:
            future = self._pool.schedule(function, args=[one, other], timeout=limit)
        except RuntimeError as error:  # what Pebble raises once its pool is broken
            raise WorkersError(f"the worker processes cannot run: {error}") from error
        return Task(future, limit, self._health, stage)

    def run(
        self, function: Callable[[Capture, bytes], Result], items: Iterable[tuple[Capture, bytes]]
    ) -> Iterator[tuple[Capture, Result | Dropped]]:
        """Results in the order of the items, with a bounded number under way."""
        under_way: deque[tuple[Capture, Task[Result]]] = deque()
        for capture, payload in items:
            under_way.append((capture, self.submit(function, capture, payload)))
            if len(under_way) >= self.ahead:
                first, task = under_way.popleft()
                yield first, task.result()
        for first, task in under_way:
            yield first, task.result()


def _limit_worker(address_space: int, niceness: int) -> None:
    """Ctrl-C is the parent's to answer; memory is bounded so that a page fails before the machine does."""
    # Looking for cycles among all that the stages have loaded took 5 % of a worker's time; a page makes few.
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    os.nice(niceness)
