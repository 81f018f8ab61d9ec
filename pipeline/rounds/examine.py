"""The items of manifests through the pure stages in workers, staged for their load."""

from collections.abc import Iterable

from pipeline.acquire.secrets import secrets_of
from pipeline.archive.captures import Segment, read_segments
from pipeline.archive.formats import one_line
from pipeline.archive.stored import captured
from pipeline.batch import Line, Run, start_replay
from pipeline.errors import SourceError
from pipeline.notes import InTables, settle
from pipeline.rounds.manifests import Manifest, keep_examined, read_manifest
from pipeline.warehouse.stage import Batch, Examined, stage_batch


def examine_manifests(run: Run, names: Iterable[str]) -> int:
    """Examine and stage what the manifests hold; returns the number of items.

    Raises SourceError where a manifest or its capture file is not there.
    """
    return sum(_examine(run, read_manifest(run.settings, name)) for name in names)


def _examine(run: Run, manifest: Manifest) -> int:
    segment = _segment_of(run, manifest)
    path = run.settings.captures / manifest.capture_file
    batch = start_replay(Line(run), path, segment.info, segment.found)
    examined = []
    for capture, task in batch.tasks:
        offset = batch.file.offsets[capture.capture_id]
        examined.append(Examined(capture, batch.file.path, offset, task.result()))
        run.hooks.on_items(1)
    outcomes = {one.capture.capture_id: one.outcome for one in examined}
    rows = manifest.rows
    secrets = secrets_of(run.settings)
    known = InTables(run.connection)
    rows.fetches = settle(manifest.attempts, outcomes, known, secrets, manifest.info.started_at).rows
    staged = Batch(batch.file.batch_id, manifest.info, examined, batch.refusals)
    keep_examined(run.settings, manifest.name, stage_batch(run.settings.staging, staged, rows))
    return len(examined)


def _segment_of(run: Run, manifest: Manifest) -> Segment:
    try:
        with captured(run.settings, manifest.capture_file) as path:
            (segment,) = read_segments(path, run.settings.limits)
    except OSError as error:
        name = manifest.capture_file
        raise SourceError(
            f"{name}: {one_line(error)}; put the capture file of manifest {manifest.name} back"
        ) from error
    return segment
