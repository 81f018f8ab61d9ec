"""Stories again, from the articles' texts in the tables: fingerprints, boilerplate, pairs and groups.

The articles come in the order of loads, each with what it shows now: what is boilerplate comes from those
before. Texts that were revised since do not come again (docs/stories.md).
"""

import json
from typing import ClassVar

from pipeline.batch import Run
from pipeline.records import Dropped
from pipeline.replay.steps import Step, announce, run_steps
from pipeline.stories import Fingerprint
from pipeline.warehouse.beside import match_again, transaction
from pipeline.warehouse.run_sql import count_rows, run_file
from pipeline.warehouse.sql_files import read_sql
from pipeline.warehouse.stage import Row
from pipeline.work import Task, sign_text


class StoriesAgain:
    """Of all articles: who is whose copy depends on all that came before.

    A text that cannot be signed is a story of its own: `unsigned` counts them, `articles` all that came.
    """

    name: ClassVar[str] = "stories"
    swapped: ClassVar[tuple[str, ...]] = ("fingerprints", "duplicates", "boilerplate")
    update: ClassVar[str | None] = "replay/stories_swap.sql"

    def __init__(self) -> None:
        self.articles = self.unsigned = 0

    def begin(self, run: Run) -> None:
        """The tables beside are empty, and nothing else is needed."""

    def plan(self, run: Run) -> int:
        """How many articles there are that were not matched as they are now."""
        run_file(run.connection, "replay/stories_to_do.sql")
        return count_rows(run.connection, "todo")

    def work(self, run: Run) -> None:
        """Sign and match, load by load."""
        announce(run)
        for step in run_steps(run, lambda number: _submit(run, number)):
            self._match(run, step)

    def complete(self, run: Run) -> None:
        """Every article has come."""

    def _match(self, run: Run, step: Step[str, Fingerprint]) -> None:
        signed = list(step.results(run))
        self.articles += len(signed)
        self.unsigned += sum(isinstance(found, Dropped) for _, found in signed)
        rows = [_signed_row(article_id, found) for article_id, found in signed]
        given = {"signed": json.dumps(rows), "step": step.number}
        with transaction(run.connection):
            run_file(run.connection, "replay/stories_signed.sql", given)
            match_again(run.connection)


def _submit(run: Run, step: int) -> list[tuple[str, Task[Fingerprint]]]:
    rows = run.connection.execute(read_sql("replay/stories_step.sql"), {"step": step}).fetchall()
    return [(article_id, run.workers.submit(sign_text, text, title)) for article_id, text, title in rows]


def _signed_row(article_id: str, found: Fingerprint | Dropped) -> Row:
    if isinstance(found, Dropped):
        return {"article_id": article_id, "text_hash": None, "hashes": []}
    return {"article_id": article_id, "text_hash": found.exact_hash, "hashes": found.hashes}
