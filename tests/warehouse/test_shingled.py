"""Texts that are compared in load after load are made into shingles once, and not held without bound."""

import numpy as np
import pytest

from pipeline.stories import Fingerprint, Shingles, shingle
from pipeline.warehouse import match
from pipeline.warehouse.match import Shingled

TEXTS = [f"{number} barges lay below the old bridge, and nobody knew whose they were." for number in range(6)]
SIZE = len(TEXTS[0])
Made = list[tuple[str, str | None]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """What was really made, in order."""
    calls: Made = []

    def counted(text: str, title: str | None = None) -> tuple[Fingerprint, Shingles]:
        calls.append((text, title))
        return shingle(text, title)

    monkeypatch.setattr(match, "shingle", counted)
    return calls


def test_a_text_is_made_once_for_each_title(made: Made) -> None:
    shingled = Shingled(SIZE * 10)
    first = shingled.shingle(TEXTS[0], "Barges")
    assert shingled.shingle(TEXTS[0], "Barges") is first
    assert made == [(TEXTS[0], "Barges")]
    other = shingled.shingle(TEXTS[0], None)
    assert made == [(TEXTS[0], "Barges"), (TEXTS[0], None)]
    expected = shingle(TEXTS[0], None)
    assert other[0] == expected[0]
    assert np.array_equal(other[1].ordered, expected[1].ordered)
    assert not np.array_equal(other[1].title, first[1].title)


def test_what_a_worker_made_of_a_text_is_not_made_again(made: Made) -> None:
    shingled = Shingled(SIZE * 3)
    held = shingle(TEXTS[0], "Barges")
    shingled.hold(TEXTS[0], "Barges", held)
    assert shingled.shingle(TEXTS[0], "Barges") is held
    assert made == []
    for text in TEXTS[1:4]:
        shingled.shingle(text, None)
    shingled.shingle(TEXTS[0], "Barges")
    assert made == [*((text, None) for text in TEXTS[1:4]), (TEXTS[0], "Barges")]


def test_those_read_longest_ago_go_first(made: Made) -> None:
    shingled = Shingled(SIZE * 3)
    for text in (*TEXTS[:3], TEXTS[0], TEXTS[3], TEXTS[0], TEXTS[1]):
        shingled.shingle(text, None)
    assert [TEXTS.index(text) for text, _ in made] == [0, 1, 2, 3, 1]


def test_a_text_above_the_bound_is_made_and_not_held(made: Made) -> None:
    shingled = Shingled(SIZE - 1)
    assert shingled.shingle(TEXTS[0], None)[0] == shingle(TEXTS[0], None)[0]
    shingled.shingle(TEXTS[0], None)
    assert len(made) == 2
