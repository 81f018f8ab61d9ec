"""Whether two data folders hold the same rows, to the letter: for changes that alter nothing but the speed.

    python benchmarks/same_tables.py DATA OTHER_DATA [--any-batches]

Compares every column but the times of the runs; `--any-batches` also leaves out what says in which batch and
where in its file a capture lies, for changes to how batches are cut. Prints one line a table; exits with 1
where rows differ.
"""

import argparse
import sys
from pathlib import Path

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect

RUN_TIMES = {"loaded_at", "started_at", "rejected_at", "detected_at"}
BATCHES = {"batch_id", "warc_file", "warc_offset"}
Rows = list[tuple[object, ...]]


def read_tables(data: Path, left_out: set[str]) -> dict[str, Rows]:
    """The rows of all tables, in one order, as text."""
    with connect(settings_for(data), read_only=True) as connection:
        named = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
        tables = connection.execute("select table_name from duckdb_tables() order by all").fetchall()
        columns = {
            table: [
                f"{column}::varchar" for name, column in named if name == table and column not in left_out
            ]
            for (table,) in tables
        }
        return {
            table: connection.execute(f"select {', '.join(kept)} from {table} order by all").fetchall()
            for table, kept in columns.items()
            if kept
        }


def main() -> int:
    """Compare and say so."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--any-batches", action="store_true")
    args = parser.parse_args()
    left_out = RUN_TIMES | (BATCHES if args.any_batches else set())
    ones, others = (read_tables(data, left_out) for data in (args.data, args.other))
    differing = 0
    for name, rows in ones.items():
        if args.any_batches and name == "batches":
            continue
        apart = set(rows) ^ set(others[name])
        is_same = rows == others[name]
        differing += not is_same
        print(f"{name:16} {len(rows):8} rows  {'the same' if is_same else f'{len(apart)} differ'}")
        for row in sorted(apart, key=str)[:4]:
            print(f"    {str(row)[:300]}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
