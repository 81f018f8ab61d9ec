"""Write docs/tables.md from the comments in sql/: `make docs`. A test fails when the page is stale."""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.warehouse.run_sql import run_file
from pipeline.warehouse.sql_files import list_sql, read_sql

PAGE = Path(__file__).parent / "tables.md"
HEAD = """<!-- Written by docs/generate_tables.py (`make docs`) from the comments in sql/; do not edit. -->

# Tables and views

Names and meanings stay; columns may be added. All times are UTC. Offsets are Unicode code points, counted
from 0: in SQL, which counts from 1, a quote is `articles.text[start_char + 1 : end_char]`.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table or view; `meaning` is empty where nobody wrote it down."""

    name: str
    data_type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table or view."""

    name: str
    kind: str
    grain: str
    columns: tuple[Column, ...]


def read_tables() -> list[Table]:
    """Every table, then every view, in the order in which the SQL files make them."""
    with duckdb.connect() as connection:
        for name in (*list_sql("schema"), *list_sql("views")):
            run_file(connection, name)
        rows = connection.execute(
            "select table_name, comment from duckdb_tables() order by table_oid"
        ).fetchall()
        views = [name.rpartition("/")[2].removesuffix(".sql") for name in list_sql("views")]
        tables = [Table(name, "table", grain or "", _columns(connection, name)) for name, grain in rows]
        return tables + [_view(connection, name) for name in views]


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[Column, ...]:
    rows = connection.execute(
        """
        select column_name, data_type, coalesce(comment, '')
        from duckdb_columns() where table_name = ? order by column_index
        """,
        [table],
    ).fetchall()
    return tuple(Column(name, _plain(data_type), meaning) for name, data_type, meaning in rows)


def _view(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    """A view says its grain in its file's first line and each column's meaning in a comment behind it."""
    text = read_sql(f"views/{name}.sql")
    grain = text.partition("\n")[0].removeprefix("-- ")
    columns = tuple(
        Column(column.name, column.data_type, _comment_behind(text, column.name))
        for column in _columns(connection, name)
    )
    return Table(name, "view", grain, columns)


def _comment_behind(text: str, column: str) -> str:
    found = re.search(rf"^.*\b{column},? -- (.+)$", text, re.M)
    return found.group(1) if found else ""


def _plain(data_type: str) -> str:
    return "timestamptz" if data_type == "TIMESTAMP WITH TIME ZONE" else data_type.lower()


def render() -> str:
    """The page."""
    return HEAD + "".join(_section(table) for table in read_tables())


def _section(table: Table) -> str:
    mark = " (view)" if table.kind == "view" else ""
    lines = [f"\n## {table.name}{mark}\n", f"{table.grain}\n", "| column | type | meaning |", "|---|---|---|"]
    lines += [f"| {c.name} | {c.data_type} | {c.meaning} |" for c in table.columns]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
