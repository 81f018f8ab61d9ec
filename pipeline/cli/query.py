"""`newsflow sql` and `newsflow status`: asking the tables, also while they are written."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, settings
from pipeline.cli.output import Format, write_rows
from pipeline.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("sql", epilog=SQL_EXAMPLES)(run_sql)
    app.command()(status)


SQL_EXAMPLES = """
Examples:

    newsflow sql "select speaker, count(*) from quotes group by 1 order by 2 desc limit 10"

    newsflow sql --file report.sql --format csv > report.csv

    newsflow sql "from articles" --format parquet --output articles.parquet
"""


def run_sql(
    query: Annotated[str | None, typer.Argument(help="The SQL to run; or use --file.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Read the SQL from a file, or - for standard input.")
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the rows to a file.")] = None,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Ask the tables in SQL (DuckDB's). Read-only; works while an ingest is writing."""
    if (query is None) == (file is None):
        raise UsageError('give the SQL either as an argument or with --file: newsflow sql "from articles"')
    from pipeline.warehouse.query import run_query

    text = query if query is not None else _read(file or Path("-"))
    with run_query(settings(data, catalog), text) as reader:
        write_rows(reader, output_format, output)


def _read(path: Path) -> str:
    try:
        with typer.open_file(str(path), "r", encoding="utf-8") as stream:
            return str(stream.read())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def status(
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show what the tables hold, the latest loads, and why items were rejected."""
    from pipeline.warehouse.connect import connect
    from pipeline.warehouse.migrate import current_version, require_known
    from pipeline.warehouse.query import count_reasons, count_tables, recent_batches

    chosen = settings(data, catalog)
    with connect(chosen, read_only=True) as connection:
        require_known(current_version(connection)[0])
        tables, reasons = count_tables(connection), count_reasons(connection)
        batches = recent_batches(connection)
    if as_json:
        state = {"data": str(chosen.data), "tables": tables, "rejects": dict(reasons), "batches": batches}
        typer.echo(json.dumps(state, default=str))
        return
    console = Console(highlight=False)
    console.print(f"data folder: {chosen.data}", soft_wrap=True)
    _print_table(console, ["table", "rows"], [(name, f"{rows:,}") for name, rows in tables.items()])
    if reasons:
        _print_table(console, ["rejected", "items"], [(reason, f"{count:,}") for reason, count in reasons])
    if batches:
        console.print("latest loads:")
        _print_table(console, list(batches[0]), [tuple(map(str, row.values())) for row in batches])


def _print_table(console: Console, names: list[str], rows: list[tuple[str, ...]]) -> None:
    table = Table(*names, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)
