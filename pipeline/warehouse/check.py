"""The checks: each SQL file of `sql/checks` returns the rows that offend it; none is the proof."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from pipeline.archive.captures import LIVE, list_capture_files, list_captures, read_payload_digest
from pipeline.errors import SourceError
from pipeline.settings import Settings
from pipeline.warehouse.connect import connect
from pipeline.warehouse.load import known_captures
from pipeline.warehouse.run_sql import run_file
from pipeline.warehouse.sql_files import list_sql, read_sql

EXAMPLES = 3
# A batch of a running watch is captured before it is loaded.
UNDER_WAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found: how many offending rows, and the first of them."""

    name: str
    offenders: int
    examples: tuple[str, ...]


def run_checks(settings: Settings, *, with_captures: bool = True) -> Iterator[Outcome]:
    """Run every check on one snapshot. Without captures, the files are taken to be whole."""
    with connect(settings, read_only=True) as connection:
        connection.execute("begin transaction")
        problems = read_back(connection, settings) if with_captures else []
        _hand_over(connection, problems)
        for name in list_sql("checks"):
            yield _run(connection, name)


def read_back(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[tuple[str | None, str, str]]:
    """What is wrong with the capture files: (capture_id, file, problem)."""
    problems: list[tuple[str | None, str, str]] = []
    rows = connection.execute(
        "select capture_id::varchar, warc_file, warc_offset, payload_sha256 from captures order by 2, 3"
    )
    while row := rows.fetchone():
        capture_id, warc_file, offset, digest = row
        found = read_payload_digest(settings.captures / warc_file, offset, settings.limits)
        if found != digest:
            problems.append((capture_id, warc_file, "cannot be read" if found is None else "other content"))
    return problems + _unloaded(connection, settings)


def _unloaded(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[tuple[str | None, str, str]]:
    """Captures on disk that are in no table: a run was killed between capture and load."""
    until = datetime.now(UTC) - UNDER_WAY
    known = {row[0] for row in connection.execute("select distinct warc_file from captures").fetchall()}
    problems: list[tuple[str | None, str, str]] = []
    for path in list_capture_files(settings.captures):
        name = str(path.relative_to(settings.captures))
        try:
            if name.startswith(LIVE):  # it goes on growing when a part of it is loaded
                ids = list_captures(path, until)
            else:
                ids = [] if name in known else list_captures(path)
        except SourceError as error:
            problems.append((None, name, f"not loaded and damaged: {error}"))
            continue
        missing = len(ids) - len(known_captures(connection, ids))
        if missing:
            problems.append((None, name, f"{missing} captures not loaded: run newsflow replay"))
    return problems


def _hand_over(connection: duckdb.DuckDBPyConnection, problems: list[tuple[str | None, str, str]]) -> None:
    """The problems as the temporary table `read_back`, for the check that reports them."""
    names = ("capture_id", "warc_file", "problem")
    rows = [dict(zip(names, problem, strict=True)) for problem in problems]
    run_file(connection, "analysis/read_back.sql", {"problems": json.dumps(rows)})


def _run(connection: duckdb.DuckDBPyConnection, name: str) -> Outcome:
    found = connection.execute(read_sql(name))
    columns = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    shown = (", ".join(f"{key}={value}" for key, value in zip(columns, row, strict=True)) for row in rows)
    title = name.rpartition("/")[2].removesuffix(".sql")
    return Outcome(title, len(rows), tuple(line for line, _ in zip(shown, range(EXAMPLES), strict=False)))
