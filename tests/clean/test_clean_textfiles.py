"""Text documents: a title if one is shown, paragraphs as they stand."""

from pathlib import Path

import pytest

from pipeline.clean.textfiles import MAX_TITLE_CHARS, read_text
from tests.clean.pages import PARAGRAPHS, cleaned

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"
TEXT = "\n".join(PARAGRAPHS)


def test_the_first_seed_has_a_title_headings_and_list_items() -> None:
    payload = next(SEEDS.glob("000_*.txt")).read_bytes()
    article = cleaned(payload, media_type="text/plain", url=None, status=None)
    lines = article.text.split("\n")
    assert article.title == "Russia rejects the deployment of multinational peacekeeping forces in Ukraine"
    assert lines[0].startswith("Russian Foreign Minister Sergey Lavrov a scathing attack on Friday")
    assert "Details of the Russian rejection and stance towards the West" in lines
    assert sum(line.startswith("- ") for line in lines) == 3
    assert lines == [line.strip() for line in payload.decode().splitlines()[1:] if line.strip()]
    assert (article.language, article.url, article.publisher) == ("en", None, None)
    assert article.extractor == "text"


def test_the_second_seed_has_no_title() -> None:
    payload = next(SEEDS.glob("003_*.txt")).read_bytes()
    article = cleaned(payload, media_type="text/plain", url=None, status=None)
    assert article.title is None
    assert article.text.split("\n") == [line for line in payload.decode().splitlines() if line]


@pytest.mark.parametrize(
    "first",
    [
        "Bridge reopens to traffic",
        "Will the bridge hold?",
        "“We are relieved”",
        "橋が再開",
        "B" * MAX_TITLE_CHARS,
    ],
)
def test_a_short_first_line_before_a_blank_one_is_the_title(first: str) -> None:
    document = read_text(f"\n{first}\n\n{TEXT}")
    assert document.title == first
    assert document.paragraphs == PARAGRAPHS


@pytest.mark.parametrize(
    "first",
    [
        "The bridge has reopened.",
        "“The bridge has reopened.”",
        "橋が再開した。",
        "- a list item",
        "B" * (MAX_TITLE_CHARS + 1),
    ],
)
def test_other_first_lines_are_text(first: str) -> None:
    document = read_text(f"{first}\n\n{TEXT}")
    assert document.title is None
    assert document.paragraphs == (first, *PARAGRAPHS)


def test_a_first_line_without_a_blank_one_is_text() -> None:
    assert read_text(f"Bridge reopens\n{TEXT}").title is None
    assert read_text("Bridge reopens").title is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_line_ends_of_any_system(end: str) -> None:
    document = read_text(end.join(("Bridge reopens", "", *PARAGRAPHS)))
    assert (document.title, document.paragraphs) == ("Bridge reopens", PARAGRAPHS)


def _wrapped(paragraph: str, width: int) -> str:
    import textwrap

    return textwrap.fill(paragraph, width, break_on_hyphens=False, break_long_words=False)


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_wrapped_paragraphs_are_unwrapped(width: int) -> None:
    text = "Bridge reopens\n\n" + "\n\n".join(_wrapped(paragraph * 3, width) for paragraph in PARAGRAPHS)
    document = read_text(text)
    assert document.title == "Bridge reopens"
    assert document.paragraphs == tuple(" ".join((paragraph * 3).split()) for paragraph in PARAGRAPHS)


def test_list_items_stay_apart_in_wrapped_text() -> None:
    items = "- the first item is short\n- the second one as well\n- and the third"
    text = "\n\n".join([_wrapped(PARAGRAPHS[0] * 3, 72), items, _wrapped(PARAGRAPHS[1] * 3, 72)])
    assert read_text(text).paragraphs[1:4] == tuple(items.split("\n"))


def test_short_lines_of_a_plain_text_are_not_joined() -> None:
    lines = (
        "One line here",
        "Another, longer line stands here",
        "Short",
        "And the last of the lines",
        "End it here",
    )
    assert read_text("\n".join(lines)).paragraphs == lines


def test_an_identity_without_a_url_follows_the_content() -> None:
    def article_id(text: str) -> object:
        return cleaned(text, media_type="text/plain", url=None).article_id

    assert article_id(TEXT) == article_id(TEXT.replace(" ", "  ").replace("\n", "\r\n\r\n"))
    assert article_id(TEXT) != article_id(TEXT + " More.")
    assert article_id(f"Bridge\n\n{TEXT}") != article_id(TEXT)
    assert cleaned(TEXT, media_type="text/plain", url="file:///tmp/a.txt").url is None
