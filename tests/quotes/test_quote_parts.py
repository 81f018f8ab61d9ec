"""Parts of one utterance that its cue interrupts: which part goes on with which."""

import pytest

from pipeline.quotes import extract_quotes


def parts(text: str, language: str = "en") -> list[tuple[str, int | None]]:
    return [(quote.text, quote.continues) for quote in extract_quotes(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("“It rained,” he said, “and it froze.”", "en", [("It rained,", None), ("and it froze.", 0)]),
        ("“It rained,” said Ann Lee. “It froze.”", "en", [("It rained,", None), ("It froze.", 0)]),
        ("„Es regnet“, sagte Lee, „und es friert.“", "de", [("Es regnet", None), ("und es friert.", 0)]),
        (
            "“One,” Ann Lee said, “two,” and then she added, “three.”",
            "en",
            [("One,", None), ("two,", 0), ("three.", None)],
        ),
    ],
)
def test_a_later_part_names_the_first(
    text: str, language: str, expected: list[tuple[str, int | None]]
) -> None:
    assert parts(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "“It rained,” said Ann Lee.\n“It froze,” said Bob Ray.",
        "“It rained.” Ann Lee left. “It froze,” said Bob Ray.",
        "Ann Lee called it “a mess” and “a shame for us all.”",
    ],
)
def test_quotes_of_their_own_continue_nothing(text: str) -> None:
    assert all(continues is None for _, continues in parts(text))


def test_a_paraphrase_around_its_speaker_has_two_parts() -> None:
    text = "The plan of the harbour club, Ann Lee said, has failed in every respect."
    assert parts(text) == [
        ("The plan of the harbour club", None),
        ("has failed in every respect", 0),
    ]


def test_a_quote_reopened_at_each_paragraph_is_one_row() -> None:
    text = "“We began here.\n“We went on there.\n“We ended,” she said."
    assert len(extract_quotes(text, "en")) == 1
