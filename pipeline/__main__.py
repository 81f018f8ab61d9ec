"""`python -m pipeline` is `newsflow`."""

from pipeline.cli import main

main()
