"""Working ahead on a list of addresses, and giving what it brings in the order of the list.

    places ── pump ──> under way, several hosts at once ── in the list's order ──> steps

How much is under way is bounded, in addresses and in bytes. All of it runs in a thread of its own, so that
requests go on while the caller loads what it was given; to the caller it is a plain generator. Closing that,
or Ctrl-C in it, ends requests and connections.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipeline.archive.parts import Step, Steps
from pipeline.dispositions import Reason
from pipeline.records import Item, Refusal

Value = TypeVar("Value")
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Window:
    """How far ahead of the caller: `places` in all, `running` at once, until about `held_bytes` are held."""

    places: int
    running: int
    held_bytes: int


def is_end(step: Step) -> bool:
    """Whether a part cannot be read beyond this step."""
    return isinstance(step.found, Refusal) and step.found.dropped.reason is Reason.UNREADABLE


async def in_order(
    places: AsyncGenerator[Step | Place, None],
    fetch: Callable[[Place], Coroutine[Any, Any, Step]],
    window: Window,
) -> AsyncGenerator[list[Step], None]:
    """The steps of all places in their order, as many at a time as are ready; the last one may be an end.

    A place is a step already, or what `fetch` makes one of.
    """
    ahead = _Ahead(fetch, window)
    pump = ahead.begin(places)
    try:
        while steps := await ahead.ready(pump):
            ends = next((at for at, step in enumerate(steps) if is_end(step)), None)
            yield steps if ends is None else steps[: ends + 1]
            if ends is not None:
                return
    finally:
        await _cancelled([pump, *ahead.tasks()])


class _Ahead(Generic[Place]):
    """What is under way: steps that are known already, and tasks that will bring one."""

    def __init__(self, fetch: Callable[[Place], Coroutine[Any, Any, Step]], window: Window) -> None:
        self._fetch = fetch
        self._window = window
        self._places: deque[Step | asyncio.Task[Step]] = deque()
        self._running = 0
        self._held = 0
        self._changed = asyncio.Event()

    def tasks(self) -> list[asyncio.Task[Step]]:
        return [one for one in self._places if isinstance(one, asyncio.Task)]

    def begin(self, places: AsyncGenerator[Step | Place, None]) -> asyncio.Task[None]:
        """The task that goes through the list."""
        pump = asyncio.create_task(self._pump(places))
        pump.add_done_callback(lambda _: self._changed.set())
        return pump

    async def _pump(self, places: AsyncGenerator[Step | Place, None]) -> None:
        """Begin with all places, one after the other, as soon as there is room."""
        async with aclosing(places):
            async for place in places:
                await self._until(self._has_room)
                self._places.append(place if isinstance(place, Step) else self._begun(place))
                self._changed.set()

    async def ready(self, pump: asyncio.Task[None]) -> list[Step]:
        """The steps at the head of the list, at least one; none where the list is at its end."""
        await self._until(lambda: pump.done() or self._is_ready())
        if pump.done() and not self._places:
            pump.result()  # raises what ended it
            return []
        await self._until(self._is_ready)
        steps = []
        while self._is_ready():
            one = self._places.popleft()
            steps.append(one if isinstance(one, Step) else one.result())
        self._held -= sum(_size(step) for step in steps)
        self._changed.set()
        return steps

    def _begun(self, place: Place) -> asyncio.Task[Step]:
        self._running += 1
        task = asyncio.create_task(self._fetch(place))
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Step]) -> None:
        self._running -= 1
        self._held += 0 if task.cancelled() or task.exception() else _size(task.result())
        self._changed.set()

    def _has_room(self) -> bool:
        window = self._window
        return (
            len(self._places) < window.places
            and self._running < window.running
            and self._held < window.held_bytes
        )

    def _is_ready(self) -> bool:
        return bool(self._places) and (isinstance(self._places[0], Step) or self._places[0].done())

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()


def _size(step: Step) -> int:
    """Bytes that a step holds, roughly."""
    if not isinstance(step.found, Item):
        return 0
    return len(step.found.payload) + len(step.found.block or b"")


async def _cancelled(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def drawn(make: Callable[[], AsyncGenerator[list[Step], None]], on_bytes: Callable[[int], None]) -> Steps:
    """The steps that an asynchronous generator gives list by list, as a plain generator.

    It raises what that raises. `on_bytes` is told in the caller's own thread.
    """
    with _loop_in_thread() as loop:
        lists, turn = make(), asyncio.Lock()
        try:
            while (steps := _in(loop, _next(lists, turn))) is not None:
                for step in steps:
                    if isinstance(step.found, Item):
                        on_bytes(len(step.found.block or b""))
                    yield step
        finally:  # from its outer end: the loop's own end would close what it draws from at the same time
            _in(loop, _close(lists, turn))


def done(work: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
    """What a coroutine returns, run to its end in a thread of its own."""
    with _loop_in_thread() as loop:
        return _in(loop, work())


async def _next(lists: AsyncIterator[Value], turn: asyncio.Lock) -> Value | None:
    async with turn:
        return await anext(lists, None)


async def _close(lists: AsyncGenerator[Value, None], turn: asyncio.Lock) -> None:
    """Close it, once nothing is drawn any more."""
    async with turn:
        await lists.aclose()


def _in(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Value]) -> Value:
    """What a coroutine returns; it is cancelled where the wait for it is interrupted."""
    future = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


@contextmanager
def _loop_in_thread() -> Iterator[asyncio.AbstractEventLoop]:
    """A running loop; leaving it, its tasks are cancelled and its generators closed, and the thread ends."""
    begun: deque[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = deque()
    ready = threading.Event()

    async def serve() -> None:
        ended = asyncio.Event()
        begun.append((asyncio.get_running_loop(), ended))
        ready.set()
        await ended.wait()

    # A daemon: a generator that nobody closes, because its caller failed, must not keep the process alive.
    thread = threading.Thread(target=asyncio.run, args=[serve()], name="newsflow-list", daemon=True)
    thread.start()
    ready.wait()
    loop, ended = begun[0]
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
