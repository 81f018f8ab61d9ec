"""The command line: one file a topic. `main` is the entry point of `newsflow`."""

import sys

from pipeline.errors import NewsflowError

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line; an error on purpose is one line on stderr and exit code 2."""
    # Worker processes import the command's script again; what they do not run they need not load.
    from pipeline.cli.app import app

    try:
        app(prog_name="newsflow")
    except NewsflowError as error:
        sys.stderr.write(f"newsflow: {error}\n")
        sys.exit(EXIT_USAGE)
    except KeyboardInterrupt:
        sys.stderr.write("newsflow: interrupted; run the same command again to go on\n")
        sys.exit(EXIT_INTERRUPTED)
