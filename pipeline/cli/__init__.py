"""The command line: one file a topic. `main` is the entry point of `newsflow`."""

import sys

from pipeline.cli.app import app
from pipeline.errors import NewsflowError

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line; an error on purpose is one line on stderr and exit code 2."""
    try:
        app()
    except NewsflowError as error:
        print(f"newsflow: {error}", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    except KeyboardInterrupt:
        print("newsflow: interrupted; run the same command again to go on", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
