"""`newsflow stories` and `newsflow diff`: what was printed most, and what each made of it."""

import json
import sys
from datetime import UTC, datetime
from typing import IO, Annotated, Any

import typer

from pipeline.cli.options import DEFAULT_DATA, Catalog, Data, messages, parse_day, settings
from pipeline.cli.output import Format, piping, write_rows
from pipeline.cli.quotes import Limit, Publisher, Since, Until, worded
from pipeline.cli.sidebyside import as_marked, print_sides
from pipeline.cli.tables import duration, print_table
from pipeline.cli.values import as_json as json_value
from pipeline.errors import UsageError
from pipeline.settings import Settings

LEAST_PREFIX = 4
HEX = set("0123456789abcdef-")
SHOWN = ("first_published_at", "article_count", "publisher_count", "title", "publisher", "wires", "story_id")
STORIES_EXAMPLES = """
Examples:

newsflow stories --since 2026-01-01 --until 2026-01-31

newsflow stories --about "ferry" --publisher news.example --json | jq '.\\[].title'
"""
DIFF_EXAMPLES = """
Examples:

newsflow diff https://agency.example/a https://paper.example/b

newsflow diff 5f0c2b1e --json | jq .words_kept
"""
Row = dict[str, Any]
Named = Annotated[
    str, typer.Argument(metavar="A", help="An article: its id, the first letters of it, or its URL.")
]
Other = Annotated[
    str | None,
    typer.Argument(metavar="[B]", help="Another one. \\[default: the lead of A's story]", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=STORIES_EXAMPLES)(stories)
    app.command(epilog=DIFF_EXAMPLES)(diff)


def stories(
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="WORDS", help="Words that all stand in one of its articles."),
    ] = None,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    least: Annotated[
        int, typer.Option("--least", min=1, metavar="N", help="Only stories of so many articles.")
    ] = 2,
    limit: Limit = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Show the biggest stories of a period: those that most publishers printed.

    A story counts if one of its articles is of the period and the subject. `newsflow diff` compares two
    of them.
    """
    asked: dict[str, object] = {
        "about": worded(about, "--about"),
        "since": None if since is None else parse_day(since, "--since")[0],
        "before": None if until is None else parse_day(until, "--until")[1],
        "publisher": None if publisher is None else publisher.strip().lower().removeprefix("www."),
        "least": least,
        "limit": limit,
    }
    names, rows = _ask(settings(data, catalog), "analysis/stories.sql", asked)
    from pipeline.warehouse.query import Answer

    with piping():
        if as_json:
            write_rows(Answer(names[:-1], (row[:-1] for row in rows)), Format.JSON, None)
            return
        if rows:
            print_table(SHOWN, [_shown(dict(zip(names, row, strict=True))) for row in rows], sys.stdout)
    _say_how_many(len(rows), rows[0][-1] if rows else 0)


def diff(
    one: Named,
    other: Other = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    data: Data = DEFAULT_DATA,
    catalog: Catalog = None,
) -> None:
    """Show two copies side by side, word by word: what the second left out, added and changed.

    On a terminal in two columns; elsewhere in one, with [-words left out-] and {+words added+}.
    """
    chosen = settings(data, catalog)
    before = find_article(chosen, one)
    after = find_article(chosen, other) if other is not None else before
    if other is None:
        before = find_article(chosen, str(before["story_id"]))
    if before["article_id"] == after["article_id"]:
        raise UsageError(
            f"{one}: that is one article"
            + (
                ", and it leads its story: name the copy to compare"
                if other is None
                else " twice: name another"
            )
        )
    with piping():
        if as_json:
            typer.echo(json.dumps(json_value(_compared(before, after)), ensure_ascii=False))
        else:
            _print_diff(before, after, sys.stdout)


def find_article(chosen: Settings, name: str) -> Row:
    """The article that a name means. Raises UsageError where it means none, or several."""
    names, rows = _ask(chosen, "analysis/articles_named.sql", _asked_for(name))
    if not rows:
        raise UsageError(
            f"{name}: no article has this id or URL; `newsflow stories --json` shows ids and URLs"
        )
    if len(rows) > 1:
        ids = ", ".join(str(row[0]) for row in rows[:3])
        raise UsageError(f"{name}: several articles are meant ({ids} ...); give more of the id")
    return dict(zip(names, rows[0], strict=True))


def _asked_for(name: str) -> dict[str, object]:
    text = name.strip()
    is_prefix = LEAST_PREFIX <= len(text) <= 36 and set(text.lower()) <= HEX
    if not is_prefix and "://" not in text:
        raise UsageError(
            f"{name}: neither an address nor {LEAST_PREFIX} or more letters of an article's id (0-9, a-f)"
        )
    return {"prefix": text.lower() if is_prefix else None, "url": None if is_prefix else text}


def _ask(
    chosen: Settings, name: str, asked: dict[str, object]
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    from pipeline.warehouse.query import snapshot
    from pipeline.warehouse.sql_files import read_sql

    with snapshot(chosen) as connection:
        found = connection.execute(read_sql(name), asked)
        return tuple(column[0] for column in found.description or ()), found.fetchall()


def _compared(before: Row, after: Row) -> Row:
    from pipeline.stories import changes, kept_share

    found = changes(before["text"], after["text"])
    return {
        "a": {name: value for name, value in before.items() if name != "text"},
        "b": {name: value for name, value in after.items() if name != "text"},
        "is_one_story": before["story_id"] == after["story_id"],
        "delay_seconds": int((after["ordered_at"] - before["ordered_at"]).total_seconds()),
        "words_kept": round(kept_share(found), 3),
        "changes": [{"kind": change.kind, "text": change.text} for change in found],
    }


def _print_diff(before: Row, after: Row, stream: IO[str]) -> None:
    from pipeline.stories import changes, kept_share

    found = changes(before["text"], after["text"])
    titles = changes(before["title"] or "", after["title"] or "")
    if stream.isatty():
        print_sides(_heading(before), _heading(after), titles, found)
    else:
        stream.write(f"--- {_heading(before)}\n+++ {_heading(after)}\n\n")
        stream.write(f"{as_marked(titles)}\n\n{as_marked(found)}\n")
    messages().print(
        f"newsflow: {kept_share(found):.0%} of the first one's words kept, {_delay(before, after)}"
    )


def _heading(row: Row) -> str:
    at: datetime = row["ordered_at"]
    wire = f" ({row['wire']})" if row["wire"] else ""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}  {row['publisher'] or row['url'] or row['article_id']}{wire}"


def _delay(before: Row, after: Row) -> str:
    seconds = (after["ordered_at"] - before["ordered_at"]).total_seconds()
    if not seconds:
        return "printed at the same time"
    return f"printed {duration(abs(seconds))} {'later' if seconds > 0 else 'earlier'}"


def _shown(row: Row) -> list[object]:
    return [", ".join(row[name]) if name == "wires" else row[name] for name in SHOWN]


def _say_how_many(shown: int, matches: int) -> None:
    if not matches:
        messages().print("newsflow: no story matches; ask for less, or for smaller ones with --least 1")
    elif matches > shown:
        messages().print(f"newsflow: the biggest {shown:,} of {matches:,} stories; --limit N shows more")
