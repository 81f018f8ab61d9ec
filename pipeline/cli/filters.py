"""The filters: one stage each, a file or - in, JSON lines out. Nothing is written to the tables."""

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, cast

import typer

from pipeline.archive.framing import GZIP_MAGIC
from pipeline.archive.rejoined import Rejoined
from pipeline.cli.ingest import existing
from pipeline.cli.options import Strict, Workers, settings
from pipeline.cli.output import piping
from pipeline.errors import SourceError, UsageError
from pipeline.records import Article, Capture, Dropped, Item, Quote, Refusal

EXIT_REJECTED = 1
Rows = Annotated[str, typer.Argument(metavar="FILE", help="JSON lines (.gz too), or - for standard input.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=CLEAN_EXAMPLES)(clean)
    app.command("find-duplicates", epilog=DUPLICATES_EXAMPLES)(find_duplicates)
    app.command("extract-quotes", epilog=QUOTES_EXAMPLES)(extract_quotes)


CLEAN_EXAMPLES = """
Example:

newsflow clean page.html | jq .title
"""
DUPLICATES_EXAMPLES = """
Example:

newsflow find-duplicates articles.jsonl.gz | jq 'select(.duplicate_of)'
"""
QUOTES_EXAMPLES = """
Example:

newsflow extract-quotes articles.jsonl | jq '.quotes\\[].speaker'
"""


def clean(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, or - for standard input.")
    ],
    workers: Workers = None,
    strict: Strict = False,
) -> None:
    """Clean captures into articles: one JSON line for each, or {"url", "rejected": reason}."""
    from pipeline.archive.sources import read_source
    from pipeline.work import Workers as WorkerPool
    from pipeline.work import examine_page

    present = existing(sources)
    chosen = settings(Path(), None, workers)
    now = datetime.now(UTC)
    refusals = 0

    def items() -> Iterator[tuple[Capture, bytes]]:
        nonlocal refusals
        for source in present:
            for found in read_source(source, chosen.limits, now):
                if isinstance(found, Item):
                    yield found.capture, found.payload
                else:
                    refusals += 1
                    _print(_refusal_row(found))

    with piping(), WorkerPool(chosen.workers, chosen.limits) as pool:
        for capture, outcome in pool.run(examine_page, items()):
            refusals += isinstance(outcome, Dropped)
            _print(_article_row(capture, outcome))
    if strict and refusals:
        raise typer.Exit(EXIT_REJECTED)


def find_duplicates(rows: Rows, strict: Strict = False) -> None:
    """Find near-identical articles in a stream of {"id", "title", "text", "published"}.

    One JSON line for each, in input order and seeing only what came before:
    {"id", "story_id", "duplicate_of", "relation", "similarity", "containment"}.
    """
    from pipeline.stories import find_duplicates as find

    source = RowSource(rows)
    with piping():
        for found in find(source.rows(required=("id", "text"))):
            _print(asdict(found))
    source.end(strict)


def extract_quotes(rows: Rows, strict: Strict = False) -> None:
    """Extract quotes from a stream of {"id", "text", "language"?}.

    One JSON line for each: {"id", "quotes": \\[{"start", "end", "text", "kind", "speaker", ...}]}. The
    language is told from the text where a row does not say it.
    """
    from pipeline.clean.languages import language_of
    from pipeline.quotes import extract_quotes as extract

    source = RowSource(rows)
    with piping():
        for row in source.rows(required=("id", "text")):
            text, claimed = str(row["text"]), row.get("language")
            language = claimed if isinstance(claimed, str) else language_of(text, ())
            quotes = extract(text, language)
            _print({"id": row["id"], "quotes": [_quote_row(quote) for quote in quotes]})
    source.end(strict)


class RowSource:
    """JSON lines of a file or standard input; a line that is no row is named on stderr and counted."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bad = 0

    def rows(self, required: tuple[str, ...]) -> Iterator[dict[str, object]]:
        """The rows. Raises SourceError where the file cannot be read."""
        try:
            with _open_rows(self._name) as stream:
                for number, line in enumerate(stream, 1):
                    row = self._parse(line, number, required) if line.strip() else None
                    if row is not None:
                        yield row
        except (OSError, EOFError, zlib.error) as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise SourceError(f"{self._name}: {error}; mend the file and run the same again") from error

    def end(self, strict: bool) -> None:
        """Leave with 1 if lines were bad and the caller is strict."""
        if strict and self._bad:
            raise typer.Exit(EXIT_REJECTED)

    def _parse(self, line: bytes, number: int, required: tuple[str, ...]) -> dict[str, object] | None:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            self._refuse(number, f"invalid JSON: {error}")
            return None
        missing = [name for name in required if row.get(name) is None] if isinstance(row, dict) else []
        if not isinstance(row, dict) or missing:
            self._refuse(number, f"lacks {' and '.join(missing)}" if missing else "not a JSON object")
            return None
        return row

    def _refuse(self, number: int, problem: str) -> None:
        self._bad += 1
        typer.echo(f"newsflow: {self._name}:{number}: {problem}; the line is left out", err=True)


@contextmanager
def _open_rows(name: str) -> Iterator[IO[bytes]]:
    if name != "-" and not Path(name).exists():
        raise UsageError(f"{name}: no such file; name a file of JSON lines, or - for standard input")
    with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
        head = stream.read(len(GZIP_MAGIC))
        whole = io.BufferedReader(Rejoined(head, stream))
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=whole) if head == GZIP_MAGIC else whole)


def _print(row: dict[str, object]) -> None:
    line = json.dumps(row, ensure_ascii=False, default=_json_value)
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode() + "\n")


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _article_row(capture: Capture, outcome: Article | Dropped) -> dict[str, object]:
    if isinstance(outcome, Dropped):
        return {"url": capture.url, "rejected": outcome.reason.value, "detail": outcome.detail}
    row = asdict(outcome)
    return {**row, "url": capture.url}


def _refusal_row(refusal: Refusal) -> dict[str, object]:
    dropped = refusal.dropped
    return {
        "url": None,
        "item": refusal.item_key,
        "rejected": dropped.reason.value,
        "detail": dropped.detail,
    }


def _quote_row(quote: Quote) -> dict[str, object]:
    row = asdict(quote)
    return {"start": row.pop("start_char"), "end": row.pop("end_char"), **row}
