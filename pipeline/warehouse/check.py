"""The checks: each SQL file of `sql/checks` returns the rows that offend it; none is the proof."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

import duckdb

from pipeline.archive.captures import LIVE, list_captures, read_payload_digest
from pipeline.archive.stored import captured, list_captured
from pipeline.errors import SourceError
from pipeline.settings import Settings
from pipeline.warehouse.connect import connect
from pipeline.warehouse.known import known_captures
from pipeline.warehouse.run_sql import run_file
from pipeline.warehouse.sql_files import list_sql, read_sql

Problem = tuple[str | None, str, str]  # capture_id, file, what is wrong
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


def read_back(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Problem]:
    """What is wrong with the capture files."""
    problems: list[Problem] = []
    rows = connection.execute(
        "select warc_file, warc_offset, capture_id::varchar, payload_sha256 from captures order by 1, 2"
    )
    for warc_file, held in groupby(iter(rows.fetchone, None), itemgetter(0)):
        problems += _compared(settings, warc_file, [row[1:] for row in held])
    return problems + _unloaded(connection, settings)


def _compared(settings: Settings, warc_file: str, held: list[tuple[int, str, str]]) -> list[Problem]:
    """What is wrong with those captures of a file that the tables hold."""
    problems: list[Problem] = []
    try:
        with captured(settings, warc_file) as path:
            for offset, capture_id, digest in held:
                found = read_payload_digest(path, offset, settings.limits)
                if found != digest:
                    problem = "cannot be read" if found is None else "other content"
                    problems.append((capture_id, warc_file, problem))
    except FileNotFoundError:
        problems += [(capture_id, warc_file, "cannot be read") for _, capture_id, _ in held]
    return problems


def _unloaded(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Problem]:
    """Captures on disk that are in no table: a run was killed between capture and load."""
    until = datetime.now(UTC) - UNDER_WAY
    known = {row[0] for row in connection.execute("select distinct warc_file from captures").fetchall()}
    problems: list[Problem] = []
    for name in list_captured(settings):
        is_live = name.startswith(LIVE)
        grows = is_live and not settings.store  # when a part of it is loaded; an object never does
        if name in known and not grows:
            continue
        try:
            with captured(settings, name) as path:
                ids = list_captures(path, until if is_live else None)
        except SourceError as error:
            problems.append((None, name, f"not loaded and damaged: {error}"))
            continue
        missing = len(ids) - len(known_captures(connection, ids))
        if missing:
            problems.append((None, name, f"{missing} captures not loaded: run newsflow replay"))
    return problems


def _hand_over(connection: duckdb.DuckDBPyConnection, problems: list[Problem]) -> None:
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
