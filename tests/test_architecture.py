"""The code keeps the house's rules (house_rules.py), and each rule notices when it is broken."""

import ast
from collections.abc import Callable
from graphlib import TopologicalSorter

import pytest

from tests.house_rules import (
    CODE,
    DAGS,
    MAY_IMPORT,
    REST,
    ROOT,
    Module,
    borrowed_privates,
    broad_excepts,
    cycles,
    glued_values,
    headless_sql,
    heavy_dags,
    impurity,
    out_of_order,
    oversized,
    prints,
    reading_list,
    untyped,
    vague_names,
    wrong_direction,
)

RULES: dict[Callable[[list[Module]], list[str]], tuple[str, str]] = {
    wrong_direction: ("pipeline/clean/x.py", "from pipeline.batch import ingest"),
    impurity: ("pipeline/quotes/x.py", "from datetime import datetime\n\nAT = datetime.now()"),
    oversized: ("pipeline/x.py", "def f() -> None:\n" + "    pass\n" * 50),
    untyped: ("pipeline/x.py", "def f(x: int):\n    return x"),
    broad_excepts: ("pipeline/x.py", "try:\n    f()\nexcept (ValueError, Exception):\n    g()"),
    prints: ("pipeline/batch.py", "print(1)"),
    vague_names: ("pipeline/clean/utils.py", ""),
    glued_values: ("pipeline/x.py", "f\"select * from articles where url = '{url}'\""),
    cycles: ("pipeline/a.py", "import pipeline.b"),
    borrowed_privates: ("pipeline/x.py", "from pipeline.batch import _examined"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_code_keeps(rule: Callable[[list[Module]], list[str]]) -> None:
    assert rule(CODE) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_can_fail(rule: Callable[[list[Module]], list[str]]) -> None:
    ring = [Module("pipeline/b.py", "from pipeline import a")]
    assert rule([Module(*RULES[rule]), *ring])
    assert rule([Module("pipeline/records.py", "def f() -> int:\n    return 1\n")]) == []


def test_private_names_stay_in_their_modules_everywhere() -> None:
    assert borrowed_privates([*DAGS, *REST]) == []


@pytest.mark.parametrize(
    ("source", "offends"),
    [
        ("import duckdb", True),
        ("import urllib.request", True),
        ("from urllib.parse import urlsplit", False),
        ("def f() -> None:\n    import time", True),
        ("from datetime import date\nD = date.today()", True),
    ],
)
def test_purity_is_seen_in_every_form(source: str, offends: bool) -> None:
    assert bool(impurity([Module("pipeline/stories/x.py", source)])) is offends


@pytest.mark.parametrize(
    ("source", "offends"),
    [
        ('f"select a from {table}"', False),
        ('f"attach {quote(path)} as {LAKE}"', False),
        ('f"delete from t where id = {key}"', True),
        ('f"insert into t values ({key})"', True),
        ('"select * from t where x = %s" % x', True),
        ('"select * from " + table', True),
        ('"select {}".format(x)', True),
        ('f"comment on column t.c is {text}"', True),
        ('f"use the lock of {name}"', False),
    ],
)
def test_values_in_sql_are_seen_in_every_form(source: str, offends: bool) -> None:
    assert bool(glued_values([Module("pipeline/x.py", source)])) is offends


def test_the_table_of_rooms_has_no_ring() -> None:
    TopologicalSorter(MAY_IMPORT).prepare()


def test_dags_declare_and_no_more() -> None:
    assert heavy_dags(DAGS) == []
    assert heavy_dags([Module("dags/x.py", "from pipeline.batch import ingest\n" + "\n" * 80)]) == [
        "dags/x.py: 81 lines",
        "dags/x.py:1: pipeline.batch",
    ]


def test_sql_files_say_what_they_are_for() -> None:
    files = {str(path): path.read_text(encoding="utf-8") for path in sorted((ROOT / "sql").rglob("*.sql"))}
    assert len(files) > 10
    assert headless_sql(files) == []
    assert headless_sql({"x.sql": "select 1;", "y.sql": "-- One row a thing.\nselect 1;"}) == ["x.sql"]


def test_reading_list_follows_the_dependencies() -> None:
    docstring = (
        ast.get_docstring(ast.parse((ROOT / "pipeline/__init__.py").read_text(encoding="utf-8"))) or ""
    )
    listed = reading_list(docstring)
    assert len(listed) > 8
    assert out_of_order(listed, CODE) == []
    assert out_of_order(["cli/ingest.py", "batch.py", "nothing.py"], CODE) == [
        "nothing.py does not exist",
        "cli/ingest.py stands before batch.py",
    ]
