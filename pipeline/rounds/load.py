"""Examined manifests into the tables, one behind the other; each is gone when it is loaded."""

from collections.abc import Callable, Iterable

import duckdb

from pipeline.rounds.manifests import discard_manifest, discard_stray, examined, list_waiting
from pipeline.settings import Settings
from pipeline.warehouse.load import Loaded, load_staged


def load_manifests(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    names: Iterable[str],
    on_wait: Callable[[], None],
) -> Loaded:
    """Load what was examined; a manifest that is gone was loaded before.

    Raises SourceError where one has not been examined.
    """
    loaded = Loaded()
    waiting = set(list_waiting(settings))
    for name in names:
        if name in waiting:
            with examined(settings, name) as folder:
                loaded += load_staged(connection, settings, folder, on_wait, may_be_held=True)
            discard_manifest(settings, name)
    discard_stray(settings)
    return loaded
