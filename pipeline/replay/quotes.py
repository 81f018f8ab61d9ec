"""Quotes again, from the articles' texts in the tables: no capture is read."""

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import ClassVar
from uuid import UUID, uuid4

from pipeline.batch import Run
from pipeline.records import Dropped, Quote
from pipeline.replay.steps import Step, announce, run_steps
from pipeline.warehouse.beside import transaction
from pipeline.warehouse.run_sql import count_rows, run_file
from pipeline.warehouse.sql_files import read_sql
from pipeline.warehouse.stage import Row, discard_staged, quote_rows, stage_rows
from pipeline.work import Task, quote_text

ARTICLES_A_STEP = 500


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one article, as the tables hold it."""

    article_id: UUID
    content_hash: str
    capture_id: str
    language: str | None
    text: str


class QuotesAgain:
    """Of all articles, or of those that have a capture since a time; the others keep theirs.

    So does an article on which the extraction fails: `kept` counts them, `articles` all that were tried.
    """

    name: ClassVar[str] = "quotes"
    swapped: ClassVar[tuple[str, ...]] = ("quotes",)
    update: ClassVar[str | None] = None

    def __init__(self, since: datetime | None = None) -> None:
        self.articles = self.kept = 0
        self._since = since

    def begin(self, run: Run) -> None:
        """Nothing is made yet."""
        run_file(run.connection, "replay/quotes_begin.sql")

    def plan(self, run: Run) -> int:
        """How many articles there are whose quotes were not made of what they hold now."""
        asked = {"since": self._since, "per_step": ARTICLES_A_STEP}
        run_file(run.connection, "replay/quotes_to_do.sql", asked)
        return count_rows(run.connection, "todo")

    def work(self, run: Run) -> None:
        """Extract and store, step by step."""
        announce(run)
        for step in run_steps(run, lambda number: _submit(run, number)):
            self._store(run, step)

    def complete(self, run: Run) -> None:
        """Take over the quotes of all other articles."""
        run_file(run.connection, "replay/quotes_kept.sql")

    def _store(self, run: Run, step: Step[Text, tuple[Quote, ...]]) -> None:
        rows: list[Row] = []
        kept: list[str] = []
        for text, quotes in step.results(run):
            if isinstance(quotes, Dropped):
                kept.append(str(text.article_id))
            else:
                rows += quote_rows(text, quotes)
        self.articles += len(step.tasks)
        self.kept += len(kept)
        folder = stage_rows(run.settings.staging / f"quotes-{uuid4().hex}", {"quotes": rows})
        given = {"folder": str(folder), "kept": json.dumps(kept), "step": step.number}
        with transaction(run.connection):
            run_file(run.connection, "replay/quotes_made.sql", given)
        discard_staged(folder)


def _submit(run: Run, step: int) -> list[tuple[Text, Task[tuple[Quote, ...]]]]:
    rows = run.connection.execute(read_sql("replay/quotes_step.sql"), {"step": step}).fetchall()
    return [(text, run.workers.submit(quote_text, text.text, text.language)) for text in starmap(Text, rows)]
