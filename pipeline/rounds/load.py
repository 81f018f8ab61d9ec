"""Examined manifests into the tables, one behind the other; each is gone when it is loaded."""

from collections.abc import Callable, Iterable

import duckdb

from pipeline.errors import SourceError
from pipeline.rounds.manifests import EXAMINED, discard_manifest, folder_of, is_waiting
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
    for name in names:
        if is_waiting(settings, name):
            folder = folder_of(settings, name) / EXAMINED
            if not folder.exists():
                raise SourceError(
                    f"manifest {name} is not examined: run `newsflow round examine {name}` first"
                )
            loaded += load_staged(connection, settings, folder, on_wait, may_be_held=True)
            discard_manifest(settings, name)
    return loaded
