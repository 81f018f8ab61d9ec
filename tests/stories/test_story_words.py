import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories.words import is_unspaced, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Mayor’s plan", "the mayor's PLAN"),
        ("“Never,” she said – twice.", '"Never", she said - twice'),
        ("caf\u00e9", "cafe\u0301"),
        ("co\u00adoperation", "cooperation"),
        ("ﬁrst", "first"),
        ("Ｔｏｋｙｏ １２", "tokyo 12"),
        ("Straße", "STRASSE"),
        ("٤٢ جنود", "42 جنود"),
        ("a\u200bb", "ab"),
    ],
)
def test_writings_of_one_text_have_the_same_words(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_a_number_is_one_word_with_its_separators() -> None:
    assert words("1,250.5 tonnes, 30% more; 7.") == ["1,250.5", "tonnes", "30", "more", "7"]


def test_numbers_stand_apart_from_letters() -> None:
    assert words("G7 meets A380") == ["g", "7", "meets", "a", "380"]


def test_scripts_without_spaces_give_a_word_for_each_character() -> None:
    assert words("東京で会議") == list("東京で会議")
    assert is_unspaced(words("東京で会議 NATO"))
    assert not is_unspaced(words("the word 東京 in an English text"))
    assert not is_unspaced([])


@given(st.text(max_size=200))
def test_words_are_never_empty_and_hold_no_space(text: str) -> None:
    found = words(text)
    assert all(word and not any(character.isspace() for character in word) for word in found)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=100))
def test_the_normal_form_is_stable(text: str) -> None:
    once = words(text)
    assert words(" ".join(once)) == once
