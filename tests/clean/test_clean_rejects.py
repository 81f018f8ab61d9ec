"""What is no article leaves with the reason that fits."""

import pytest

from pipeline.clean import clean
from pipeline.dispositions import Reason
from pipeline.records import Article
from tests.clean.pages import BODY, PARAGRAPHS, URL, capture, cleaned, json_ld, news, page, reason

HEADLINES = "".join(
    f'<li><a href="/n/{n}">Council debates item number {n} of the long agenda</a></li>' for n in range(40)
)


def test_nothing_and_white_space() -> None:
    assert reason(b"") is Reason.EMPTY
    assert reason(b" \n\t ") is Reason.EMPTY
    assert reason(b"\n \xef\xbb\xbf", media_type="text/plain") is Reason.EMPTY


def test_no_html() -> None:
    assert reason("just words, 3 < 4 and no markup") is Reason.NOT_HTML
    assert reason('{"error": "not found"}') is Reason.NOT_HTML


@pytest.mark.parametrize(
    "payload", [b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04abc", bytes(range(32)) * 200]
)
@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/json"])
def test_binary_under_a_text_label(payload: bytes, media_type: str) -> None:
    assert reason(payload, media_type=media_type) is Reason.UNSUPPORTED_TYPE


def test_other_media_types_and_statuses() -> None:
    assert reason(b"abc", media_type="image/png") is Reason.UNSUPPORTED_TYPE
    assert reason(page(), status=404) is Reason.HTTP_ERROR
    assert reason(page(), status=301) is Reason.HTTP_ERROR


@pytest.mark.parametrize(
    "title",
    ["404 - Page not found", "Access Denied", "Just a moment...", "Seite nicht gefunden", "Page introuvable"],
)
def test_error_pages_with_status_200(title: str) -> None:
    text = "<p>We could not find what you were looking for. Please try the search or go to the home page.</p>"
    assert reason(page(f"<title>{title}</title>", text, headline=title)) is Reason.ERROR_PAGE


def test_an_article_about_an_error_is_an_article() -> None:
    head = json_ld(news(headline="Page not found: how a city lost its archive"))
    assert cleaned(page(head, headline="Page not found: how a city lost its archive")).word_count > 80
    assert cleaned(page(headline="500 march through the old town")).title == "500 march through the old town"


def test_consent_walls() -> None:
    text = (
        "<p>We and our partners use cookies to store information on your device.</p>"
        "<p>With your consent we may use precise data. Read our privacy policy and our cookie list.</p>"
    )
    assert reason(page(body=text, headline="Before you continue")) is Reason.CONSENT_WALL


def test_an_article_about_cookies_is_an_article() -> None:
    text = (
        BODY + "<p>The court ruled on cookies, consent, and what a privacy policy must say about cookies.</p>"
    )
    assert "cookies" in cleaned(page(body=text)).text


def test_front_pages_and_sections() -> None:
    listing = f"<ul>{HEADLINES}</ul>"
    assert reason(page(body=listing + BODY), url="https://www.example.org/") is Reason.INDEX_PAGE
    assert reason(page(body=listing + BODY), url="https://www.example.org/index.html") is Reason.INDEX_PAGE
    section = json_ld({"@type": "CollectionPage", "name": "Sport"})
    assert reason(page(section, listing + BODY), url="https://www.example.org/sport/") is Reason.INDEX_PAGE
    teasers = "".join(f"<p>Council debates item number {n} of the long agenda</p>" for n in range(30))
    assert reason(page(body=teasers), url="https://www.example.org/city/") is Reason.INDEX_PAGE


def test_teasers_in_structured_data_make_no_article() -> None:
    nodes = [news(headline=f"Teaser {n}", url=f"https://www.example.org/t/{n}") for n in range(5)]
    teasers = "".join(f"<p>Council debates item number {n} of the long agenda</p>" for n in range(30))
    assert reason(page(json_ld(*nodes), teasers), url="https://www.example.org/city/") is Reason.INDEX_PAGE


def test_pages_drawn_by_script() -> None:
    scripts = "<script>var a=1</script>" * 3
    note = "<noscript>Please enable JavaScript to view this page.</noscript>"
    assert (
        reason(f"<html><head><title>News</title>{scripts}</head><body>{note}</body></html>")
        is Reason.SCRIPT_ONLY
    )


def test_pages_without_text() -> None:
    assert (
        reason("<html><head><title>News</title></head><body><p>Soon.</p></body></html>") is Reason.NO_ARTICLE
    )


def test_a_page_of_too_many_elements() -> None:
    assert reason("<html><body>" + "<p>x</p>" * 100_001) is Reason.TOO_LARGE


def test_a_tag_of_too_many_attributes() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(20_000))
    assert reason(f"<html><body {attributes}>{BODY}") is Reason.TOO_LARGE
    picture = f'<img src="data:image/png;base64,{"A" * 200_000}">'
    assert cleaned(page(body=picture + BODY)).text.split("\n") == list(PARAGRAPHS)


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "font", "ul><li", "blockquote"])
def test_deep_nesting_costs_the_page_only(tag: str) -> None:
    deep = f"<html><body>{f'<{tag}>' * 100_000}<p>{PARAGRAPHS[0]}"
    assert not isinstance(clean(capture(), deep.encode()), Article)
    assert isinstance(clean(capture(), page().encode()), Article)


def test_huge_invalid_structured_data_is_left_out() -> None:
    blocks = (
        '{"@type":"NewsArticle","author":' + '{"name":"x",' * 150_000,
        "[" * 400_000,
        '{"a":"' + '\\"' * 140_000,
    )
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    assert cleaned(page(scripts), url=URL).authors == ()
