"""`newsflow quotes`: who said what, where and when."""

import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, Annotated, Any

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, messages, parse_day, settings
from pipeline.cli.output import Format, piping, write_rows
from pipeline.cli.tables import print_table
from pipeline.errors import UsageError
from pipeline.settings import Settings

INDENT = "  "
WIDEST = 100  # of a text on a terminal: longer lines are hard to read
PIPED = ("published_at", "publisher", "speaker", "speaker_role", "kind", "text")
EXAMPLES = """
Examples:

newsflow quotes --speaker lavrov --since 2026-01-01

newsflow quotes --about "peace talks" --kind direct --limit 50

newsflow quotes --publisher news.example --json | jq '.\\[].text'
"""

Row = Mapping[str, object]


class Kind(StrEnum):
    """What to show: the words themselves, a fragment within a paraphrase, a paraphrase."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


Speaker = Annotated[
    str | None, typer.Option("--speaker", metavar="NAME", help="Any form of the name; the last is enough.")
]
About = Annotated[
    str | None,
    typer.Option("--about", metavar="WORDS", help="Words that all stand in the quote or the headline."),
]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="From this day or time on, UTC.")]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="To the end of this day, or to this time, UTC.")
]
Publisher = Annotated[
    str | None, typer.Option("--publisher", metavar="DOMAIN", help="Only what this domain published.")
]
Kinds = Annotated[
    list[Kind] | None, typer.Option("--kind", help="Only quotes of this kind; may be given again.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many at most.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(quotes)


def quotes(
    speaker: Speaker = None,
    about: About = None,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    kind: Kinds = None,
    limit: Limit = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Show who said what: quotes with speaker, outlet and date, newest first.

    A name finds all its forms: "Lavrov" also what "Sergey Lavrov" and "Sergei Lavrov" said. Case and accents
    do not count.
    """
    asked: dict[str, object] = {
        "speaker": worded(speaker, "--speaker"),
        "about": worded(about, "--about"),
        "since": None if since is None else parse_day(since, "--since")[0],
        "before": None if until is None else parse_day(until, "--until")[1],
        "publisher": None if publisher is None else publisher.strip().lower().removeprefix("www."),
        "kinds": [one.value for one in kind] if kind else None,
        "limit": limit,
    }
    names, rows = _ask(settings(data, catalog), asked)
    from pipeline.warehouse.query import Answer

    with piping():
        if as_json:
            write_rows(Answer(names, (row[:-1] for row in rows)), Format.JSON, None)
            return
        _print([dict(zip(names, row, strict=False)) for row in rows], sys.stdout)
    _say_how_many(len(rows), rows[0][-1] if rows else 0)


def _ask(chosen: Settings, asked: dict[str, object]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The names of the columns, and the rows: behind these columns each has how many rows match in all."""
    from pipeline.warehouse.query import snapshot
    from pipeline.warehouse.sql_files import read_sql

    with snapshot(chosen) as connection:
        found = connection.execute(read_sql("analysis/quotes.sql"), asked)
        return tuple(column[0] for column in found.description or ())[:-1], found.fetchall()


def worded(text: str | None, option: str) -> str | None:
    """The text, if there is a word in it: none at all would match every quote."""
    if text is not None and not any(letter.isalnum() for letter in text):
        raise UsageError(f"{option}: there is no word in `{text}`")
    return text


def _print(rows: Sequence[Row], stream: IO[str]) -> None:
    if not stream.isatty():
        if rows:
            print_table(PIPED, [[row[name] for name in PIPED] for row in rows], stream)
        return
    width = min(WIDEST, shutil.get_terminal_size().columns)
    for row in rows:
        stream.write("\n".join(as_lines(row, width)) + "\n\n")


def as_lines(row: Row, width: int) -> list[str]:
    """One quote for people: who, where and when; the words; the headline."""
    at = row["published_at"]
    day = f"{at.astimezone(UTC):%Y-%m-%d}" if isinstance(at, datetime) else ""
    mention = row["speaker_mention"]
    who = str(row["speaker"] or (f"“{mention}”, not resolved" if mention else "nobody named"))
    role = f", {row['speaker_role']}" if row["speaker_role"] else ""
    head = f"{day}  {row['publisher'] or 'no publisher'}  {who}{role}"
    text = " ".join(str(row["text"]).split())
    said = f"{text} (indirect)" if row["kind"] == "indirect" else f"“{text}”"
    lines = [*_wrapped(head, width, ""), *_wrapped(said, width, INDENT)]
    title = " ".join(str(row["title"] or "").split())
    return [*lines, *_wrapped(f"in: {title}", width, INDENT)] if title else lines


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=indent or INDENT,
        break_on_hyphens=False,
    )


def _say_how_many(shown: int, matches: int) -> None:
    if not matches:
        messages().print("newsflow: no quote matches; ask for less, or for another form of the name")
    elif matches > shown:
        messages().print(f"newsflow: the newest {shown:,} of {matches:,} quotes; --limit N shows more")
