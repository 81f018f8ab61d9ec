"""What the tables hold already, asked before a batch is examined: so nothing is brought twice."""

import json

import duckdb

from pipeline.warehouse.sql_files import read_sql


def known_captures(connection: duckdb.DuckDBPyConnection, capture_ids: list[str]) -> set[str]:
    """Those of the captures that the tables hold already."""
    if not capture_ids:
        return set()
    ids = {"capture_ids": json.dumps(capture_ids)}
    return {row[0] for row in connection.execute(read_sql("load/05_known_captures.sql"), ids).fetchall()}


def known_refusals(connection: duckdb.DuckDBPyConnection, item_keys: list[str]) -> set[tuple[str, str]]:
    """Key and reason of those refused items that the tables hold already."""
    if not item_keys:  # as of most batches: a question to the tables takes 10 ms
        return set()
    keys = {"item_keys": json.dumps(item_keys)}
    rows = connection.execute(read_sql("load/05_known_refusals.sql"), keys).fetchall()
    return {(item_key, reason) for item_key, reason in rows}


def last_offset(connection: duckdb.DuckDBPyConnection, warc_file: str) -> int:
    """The furthest byte of a capture file at which a record begins that the tables name; 0 for none."""
    row = connection.execute(read_sql("load/05_last_offset.sql"), {"warc_file": warc_file}).fetchone()
    return row[0] if row else 0
