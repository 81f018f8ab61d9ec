"""Workers with limits: one bad item costs itself only, and workers that cannot run end the run."""

import os
import resource
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.archive.identity import make_capture
from pipeline.dispositions import Reason
from pipeline.errors import WorkersError
from pipeline.records import Capture, Dropped
from pipeline.settings import MIB, Limits
from pipeline.work import DEATHS_IN_A_ROW, Workers, examine

LIMITS = replace(Limits(), item_seconds=2.0)
CAPTURE = make_capture(b"x", url=None, fetched_at=datetime(2026, 3, 1, tzinfo=UTC), media_type="text/plain")


def obey(_: Capture, payload: bytes) -> str:
    """Does what the payload says."""
    word = payload.decode()
    if word == "sleep":
        time.sleep(60)
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "eat":
        return str(len(bytearray(8 * 1024 * MIB)))
    if word == "priority":
        return str(os.getpriority(os.PRIO_PROCESS, 0))
    if word == "fail":
        raise ValueError("a bug")
    return word.upper()


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(2, LIMITS) as pool:
        yield pool


def reasons(workers: Workers, words: list[str]) -> list[object]:
    outcomes = workers.run(obey, ((CAPTURE, word.encode()) for word in words))
    return [one.reason if isinstance(one, Dropped) else one for _, one in outcomes]


def test_workers_may_stand_below_the_process_that_loads() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with Workers(1, LIMITS, niceness=3) as pool:
        assert reasons(pool, ["priority"]) == [str(own + 3)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_each_bad_item_costs_itself_only(workers: Workers) -> None:
    words = ["a", "sleep", "b", "die", "c", "eat", "d", "fail", "e"]
    assert reasons(workers, words) == [
        "A",
        Reason.TIMEOUT,
        "B",
        Reason.CRASHED,
        "C",
        Reason.OUT_OF_MEMORY,
        "D",
        Reason.CRASHED,
        "E",
    ]


def test_results_come_in_order_and_few_items_are_held(workers: Workers) -> None:
    handed = 0

    def many() -> Iterator[tuple[Capture, bytes]]:
        nonlocal handed
        for number in range(200):
            handed += 1
            yield CAPTURE, b"%d" % number

    for number, (_, outcome) in enumerate(workers.run(obey, many())):
        assert outcome == str(number)
        assert handed <= number + 1 + workers.ahead


def test_the_stages_run_in_a_worker(workers: Workers) -> None:
    payload = b"\xe2\x80\x9cWe are ready for the winter,\xe2\x80\x9d said Anna Berg, who runs the harbour."
    ((_, outcome),) = workers.run(examine, [(CAPTURE, payload)])
    assert not isinstance(outcome, Dropped)
    assert [quote.speaker for quote in outcome.quotes] == ["Anna Berg"]


def test_workers_that_all_die_end_the_run_and_reject_nothing_more() -> None:
    with Workers(2, LIMITS) as pool, pytest.raises(WorkersError, match="workers died in a row"):
        reasons(pool, ["die"] * (DEATHS_IN_A_ROW + 5))


def test_the_time_of_workers_is_charged_to_the_command() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with Workers(1, LIMITS) as pool:
        assert reasons(pool, ["a"]) == ["A"]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > before
