"""Options that several commands share."""

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.errors import UsageError
from pipeline.settings import Settings, settings_for
from pipeline.store import SETTING, check_store

Data = Annotated[Path, typer.Option("--data", envvar="NEWSFLOW_DATA", metavar="DIR", help="The data folder.")]
Catalog = Annotated[
    str | None,
    typer.Option(
        "--catalog",
        envvar="NEWSFLOW_CATALOG",
        metavar="ADDRESS",
        help="Where the list of tables is kept: sqlite:PATH or postgresql://user@host/database. "
        "\\[default: sqlite:DATA/catalog.sqlite]",
        show_default=False,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        envvar="NEWSFLOW_WORKERS",
        min=1,
        metavar="N",
        help="Worker processes. \\[default: one a core]",
        show_default=False,
    ),
]
Contact = Annotated[
    str,
    typer.Option(
        "--contact",
        envvar="NEWSFLOW_CONTACT",
        metavar="ADDRESS",
        help="A page or mail address in the User-Agent, where publishers reach you.",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        envvar="NEWSFLOW_ALLOW",
        metavar="NETWORK",
        help="A private network (10.1.0.0/16) or HOST:PORT that may be asked; may be given again.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if any item is rejected.")]
DEFAULT_DATA = Path("data")


def settings(data: Path, catalog: str | None, workers: int | None = None) -> Settings:
    """The settings that a command works with. Raises UsageError for a wrong NEWSFLOW_STORE."""
    return settings_for(data, catalog, workers, check_store(os.environ.get(SETTING, "")))


def messages() -> Console:
    """Where people are spoken to: standard error, so that output can be piped."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def parse_day(text: str, option: str) -> tuple[datetime, datetime]:
    """When a day begins and when it is over; of a time, that time twice. Without a zone it is UTC.

    Raises UsageError where it is neither.
    """
    try:
        if len(text.strip()) == len("2026-02-28"):
            day = date.fromisoformat(text.strip())
            begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return begins, begins + timedelta(days=1)
        moment = datetime.fromisoformat(text.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{option}: `{text}` is no date; write 2026-02-28, or 2026-02-28T18:30 for a time"
        ) from error
    return moment, moment
