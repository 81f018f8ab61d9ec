"""The command line: one file a topic. `main` is the entry point of `newsflow`."""

import sys

import typer

from pipeline.cli.app import app
from pipeline.errors import NewsflowError

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line; an error on purpose is one line on stderr and exit code 2."""
    try:
        app(prog_name="newsflow")
    except NewsflowError as error:
        typer.echo(f"newsflow: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except KeyboardInterrupt:
        typer.echo("newsflow: interrupted; run the same command again to go on", err=True)
        sys.exit(EXIT_INTERRUPTED)
