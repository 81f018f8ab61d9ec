"""Texts compared in load after load are read and made into shingles once, and not held without bound."""

from pathlib import Path

import pytest

from pipeline.clean.identity import content_hash
from pipeline.stories import shingle
from pipeline.warehouse import match
from pipeline.warehouse.match import Made, Shingled
from tests.warehouse.corpus import body, row_item
from tests.warehouse.loading import load, open_warehouse

TEXTS = [f"{number} barges lay below the old bridge, and nobody knew whose they were." for number in range(6)]
SIZE = len(TEXTS[0])
KEYS = [content_hash(None, text) for text in TEXTS]
MADE = [shingle(text) for text in TEXTS]


def holding(bound: int, *numbers: int) -> Shingled:
    """What is held after these texts have come."""
    shingled = Shingled(bound)
    for number in numbers:
        shingled.hold(KEYS[number], SIZE, MADE[number])
    return shingled


def held(shingled: Shingled) -> list[int]:
    return [number for number, key in enumerate(KEYS) if shingled.get(key) is not None]


def test_what_was_made_of_a_text_is_given_by_its_content() -> None:
    shingled = holding(SIZE * 10, 0, 1)
    found = shingled.get(KEYS[0])
    assert found is not None
    assert found[0] is MADE[0][0]
    assert found[1].words is MADE[0][1].words
    assert shingled.get(content_hash("Barges", TEXTS[0])) is None


def test_what_a_comparison_made_of_the_words_is_not_held() -> None:
    shingled = holding(SIZE * 10, 0)
    for _ in range(2):
        found = shingled.get(KEYS[0])
        assert found is not None
        assert "masked" not in vars(found[1])
        assert len(found[1].masked)


def test_those_asked_for_longest_ago_go_first() -> None:
    shingled = holding(SIZE * 3, 0, 1, 2)
    shingled.get(KEYS[0])
    shingled.hold(KEYS[3], SIZE, MADE[3])
    assert held(shingled) == [0, 2, 3]


def test_a_text_that_comes_again_takes_no_more_room() -> None:
    assert held(holding(SIZE * 3, 0, 1, 0, 0, 2)) == [0, 1, 2]


def test_a_text_above_the_bound_is_not_held() -> None:
    assert held(holding(SIZE - 1, 0)) == []


def test_only_texts_of_the_history_are_read_and_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(text: str, title: str | None = None) -> Made:
        made.append(text)
        return shingle(text, title)

    monkeypatch.setattr(match, "shingle", counted)
    monkeypatch.setattr(match, "_compared", Shingled(match.MOST_CHARS))
    first, second, third = (
        row_item(f"https://n.example/{form}", 0, form, fetched=form, published=form) for form in (0, 1, 2)
    )
    with open_warehouse(tmp_path) as run:
        load(run, [first])
        monkeypatch.setattr(match, "_compared", Shingled(match.MOST_CHARS))  # as another process has it
        load(run, [second])
        assert made == [body(0, 0)]
        load(run, [third])
        assert made == [body(0, 0)]
        (pairs,) = run.connection.execute("select count(*) from duplicates").fetchone() or (0,)
    assert pairs == 3
