"""The application: its commands, and the options that several of them share."""

from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli import (
    backfill,
    divide,
    feeds,
    filters,
    ingest,
    query,
    quotes,
    replay,
    retry,
    rounds,
    stories,
    upkeep,
    watch,
)

app = typer.Typer(
    name="newsflow",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="News sources in, DuckDB tables of articles, stories and quotes out.",
    epilog="Exit codes: 0 all well; 1 items rejected under --strict, a check found offenders, "
    "or a feed failed; 2 wrong use, or nothing could be read; 130 stopped by Ctrl-C.",
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"newsflow {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


for register in (
    ingest.register,
    backfill.register,
    divide.register,
    watch.register,
    rounds.register,
    filters.register,
    query.register,
    quotes.register,
    stories.register,
    feeds.register,
    retry.register,
    replay.register,
    upkeep.register,
):
    register(app)
