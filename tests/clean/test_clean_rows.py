"""Rows of JSON lines: what the row claims wins over what is derived."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.dispositions import Reason
from tests.clean.pages import PARAGRAPHS, URL, cleaned, json_ld, news, page, reason

TEXT = "\n\n".join(PARAGRAPHS)


def row(**fields: object) -> str:
    return json.dumps(fields)


def test_a_row_with_text() -> None:
    article = cleaned(
        row(
            url=f"{URL}?utm_medium=x",
            title="  Bridge   reopens ",
            text=TEXT,
            published_at="2026-03-09T08:30:00+02:00",
            modified_at=1_773_050_400,
            authors=["By Jane Doe", "jane@example.org"],
            section="City",
        ),
        media_type="application/json",
        url=None,
    )
    assert article.url == f"{URL}?utm_medium=x"
    assert article.canonical_url == URL
    assert (article.title, article.section) == ("Bridge reopens", "City")
    assert article.text.split("\n") == list(PARAGRAPHS)
    assert article.published_at == datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
    assert article.modified_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert article.authors == ("Jane Doe",)
    assert article.extractor == "text"


def test_the_rows_claims_win_over_the_pages() -> None:
    markup = page(
        json_ld(news(headline="Page title", author="Page Author", datePublished="2026-01-01"))
        + '<meta property="og:title" content="OG title">'
    )
    own = cleaned(row(html=markup), media_type="application/json")
    assert (own.title, own.authors) == ("OG title", ("Page Author",))
    claimed = cleaned(
        row(html=markup, title="Row title", authors="Row Author", published_at="2026-02-02", language="de"),
        media_type="application/json",
    )
    assert (claimed.title, claimed.authors) == ("Row title", ("Row Author",))
    assert claimed.published_at == datetime(2026, 2, 2, tzinfo=UTC)
    assert claimed.text == own.text
    assert claimed.extractor.startswith("trafilatura")


def test_the_language_a_row_claims_is_kept() -> None:
    assert cleaned(row(text=TEXT, language="pt-BR"), media_type="application/json").language == "pt"


def test_a_row_and_its_page_are_one_article() -> None:
    from_row = cleaned(row(url=URL, text=TEXT), media_type="application/json", url=None)
    assert from_row.article_id == cleaned(page()).article_id


@pytest.mark.parametrize("line", ["", "no json", "[1, 2]", '"text"', "{", "[" * 100_000, '{"text": 1'])
def test_lines_that_are_no_object(line: str) -> None:
    assert reason(line or "nul", media_type="application/json") is Reason.INVALID_JSON


@pytest.mark.parametrize(
    "fields", [{}, {"title": "x"}, {"text": ""}, {"text": 5}, {"html": " "}, {"text": None, "html": []}]
)
def test_rows_without_text(fields: dict[str, object]) -> None:
    assert reason(row(**fields), media_type="application/json") is Reason.NO_TEXT


def test_odd_values_are_left_out() -> None:
    article = cleaned(
        row(
            text=TEXT + "\ud800",
            title=["a"],
            authors={"name": 1},
            published_at=True,
            url=7,
            language=[],
            section=None,
        ),
        media_type="application/json",
        url=None,
    )
    assert (article.title, article.authors, article.published_at, article.url) == (None, (), None, None)
    assert article.text.endswith("\ufffd")
    assert article.text.encode()
