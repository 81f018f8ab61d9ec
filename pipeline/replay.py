"""Tables made again from captures, with today's code, beside the old ones; then put in their place."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.archive.captures import list_capture_files, settled_size
from pipeline.archive.order import LoadTimes, Part, read_in_order
from pipeline.batch import Report, Run, UnderWay, finish_all, start_replay
from pipeline.settings import Settings
from pipeline.warehouse.load import Loaded
from pipeline.warehouse.lock import writer_lock
from pipeline.warehouse.replay import read_load_times, replay_schema, swap_in


def replay(run: Run) -> Report:
    """Rebuild every table from the capture files, beside the old ones, and put them in their place.

    Batches are loaded in the order in which they were: what is known as boilerplate comes from those before.
    What other processes capture meanwhile is taken along, so that nothing is missing after the swap.
    """
    done: dict[Path, int] = {}
    report = Report(Loaded(), 0, stopped=False)
    loaded_at = read_load_times(run.connection)
    with replay_schema(run.connection, run.settings, run.hooks.on_wait):
        while not report.stopped:
            present = _present(run.settings)
            report = report.plus(finish_all(run, _replayed(run, done, present, loaded_at)))
            done = present
            with writer_lock(run.settings, run.hooks.on_wait):
                if not report.stopped and done == _present(run.settings):
                    swap_in(run.connection, run.settings)
                    break
    return report


def _present(settings: Settings) -> dict[Path, int]:
    """The capture files, and how far each has grown."""
    return {path: settled_size(path) for path in list_capture_files(settings.captures)}


def _replayed(
    run: Run, done: dict[Path, int], present: dict[Path, int], loaded_at: LoadTimes
) -> Iterator[UnderWay]:
    folder = run.settings.captures
    grown = ((path, done.get(path, 0), end) for path, end in present.items())
    parts = [
        Part(path.relative_to(folder).as_posix(), begin, end) for path, begin, end in grown if end > begin
    ]
    for path, segment in read_in_order(folder, parts, loaded_at, run.settings.limits):
        if run.hooks.should_stop():
            return
        yield start_replay(run, folder / path, segment)
