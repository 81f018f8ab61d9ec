"""Marks: how far the parts of archives were read, committed with the rows of what stands before them."""

import duckdb

from pipeline.archive.parts import Mark
from pipeline.settings import Settings
from pipeline.warehouse.connect import is_made
from pipeline.warehouse.migrate import current_version
from pipeline.warehouse.query import snapshot
from pipeline.warehouse.sql_files import read_sql

SINCE_VERSION = 6


def read_marks(connection: duckdb.DuckDBPyConnection, wanted: str) -> dict[str, Mark]:
    """The marks of one filter, by part."""
    rows = connection.execute(read_sql("load/06_marks.sql"), {"filter": wanted}).fetchall()
    return {row[0]: Mark(*row) for row in rows}


def marks_held(settings: Settings, wanted: str) -> dict[str, Mark]:
    """The same for one who writes nothing; none where there are no tables yet, or old ones without marks."""
    if not is_made(settings):
        return {}
    with snapshot(settings) as connection:
        if current_version(connection)[0] < SINCE_VERSION:
            return {}
        return read_marks(connection, wanted)
