"""A reader stays on the snapshot that its transaction began with, whatever a writer commits meanwhile."""

import random
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import settings_for
from pipeline.warehouse.connect import connect
from tests.warehouse.corpus import row_item
from tests.warehouse.loading import load, open_warehouse

QUESTIONS = (
    "select count(*) from articles",
    "select count(distinct article_id) from articles",
    "select sum(length(text)) from articles where revision >= 1",
    "select count(*) from article_revisions join articles using (article_id, revision)",
)


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))


def ask(connection: duckdb.DuckDBPyConnection) -> list[object]:
    return [connection.execute(question).fetchone() for question in QUESTIONS]


def test_a_transaction_sees_one_snapshot(tmp_path: Path, catalog: str | None) -> None:
    chance = random.Random(1)
    with open_warehouse(tmp_path, catalog) as run:
        load(run, [row_item(f"https://one.example/{n}", n % 6, 0, n, None) for n in range(20)])
        answers = []
        for hour in range(4):
            with connect(settings_for(tmp_path, catalog), read_only=True) as reader:
                reader.execute("begin transaction read only")
                before = ask(reader)
                changed = [
                    row_item(f"https://one.example/{n}", n % 6, chance.randrange(4), 100 + hour, None)
                    for n in chance.sample(range(40), 6)
                ]
                load(run, changed)
                assert ask(reader) == before
            answers.append(before)
    assert len({str(answer) for answer in answers}) > 1
