"""`newsflow sql` and `newsflow status`: asking the tables, also while they are written."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, settings
from pipeline.cli.output import Format, piping, write_parquet, write_rows
from pipeline.cli.tables import cell, print_table
from pipeline.cli.values import as_json as json_value
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.warehouse.subscriptions import Live


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("sql", epilog=SQL_EXAMPLES)(run_sql)
    app.command(epilog=STATUS_EXAMPLES)(status)


SQL_EXAMPLES = """
Examples:

newsflow sql "select speaker, count(*) from quotes group by all"

newsflow sql --file report.sql --format csv > report.csv

newsflow sql "from articles" --format parquet --output articles.parquet
"""
STATUS_EXAMPLES = """
Examples:

newsflow status --data /srv/news

newsflow status --json | jq .tables.articles
"""


def run_sql(
    query: Annotated[
        str | None, typer.Argument(metavar="[SQL]", help="The SQL to run; or use --file.")
    ] = None,
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
    from pipeline.warehouse.query import export_parquet, run_query

    text = query if query is not None else _read(file or Path("-"))
    chosen = settings(data, catalog)
    with piping():
        if output_format is Format.PARQUET:
            write_parquet(lambda part: export_parquet(chosen, text, part), output)
            return
        with run_query(chosen, text) as answer:
            write_rows(answer, output_format, output)


def _read(path: Path) -> str:
    try:
        return sys.stdin.read() if path == Path("-") else path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a file of SQL, or - for standard input") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text; save it as UTF-8") from error


def status(
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show what the tables hold, the latest loads, why items were rejected, and how feeds are."""
    from pipeline.warehouse.connect import connect
    from pipeline.warehouse.query import count_reasons, count_tables, recent_batches
    from pipeline.warehouse.subscriptions import count_live

    chosen = settings(data, catalog)
    with connect(chosen, read_only=True) as connection:
        tables, reasons = count_tables(connection), count_reasons(connection)
        batches, live = recent_batches(connection), count_live(connection)
    state = {"data": str(chosen.data), "tables": tables, "rejects": dict(reasons), "batches": batches}
    state |= {"live": asdict(live)} if live else {}
    with piping():
        if as_json:
            typer.echo(json.dumps(json_value(state), ensure_ascii=False))
        else:
            _print_status(chosen.data, tables, reasons, batches)
            _print_live(live)


def _print_status(
    data: Path, tables: dict[str, int], reasons: list[tuple[str, int]], batches: list[dict[str, object]]
) -> None:
    typer.echo(f"data folder: {data}\n")
    print_table(["table", "rows"], list(tables.items()), sys.stdout)
    if reasons:
        typer.echo("")
        print_table(["rejected", "items"], reasons, sys.stdout)
    if batches:
        typer.echo("\nlatest loads (times are UTC):")
        print_table(list(batches[0]), [list(row.values()) for row in batches], sys.stdout)


def _print_live(live: "Live | None") -> None:
    if live is None:
        return
    polled = "never polled" if live.last_polled_at is None else f"last polled {cell(live.last_polled_at)} UTC"
    typer.echo(f"\nfeeds: {_counted(live.feeds)}; {polled}")
    if live.missing:
        typer.echo(f"entries without an article: {_counted(live.missing)}")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
