"""No bytes make `clean` raise, and whatever it makes of them is sound."""

import unicodedata
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.records import Article, Dropped
from tests.clean.pages import FETCHED_AT, capture, json_ld, news, page

MEDIA_TYPES = ["text/html", "application/xhtml+xml", "text/plain", "application/json"]
URLS = ["https://www.example.org/news/1", "https://www.example.org/", None, "file:///tmp/x", "http://["]
BIG_PAGE = page(
    json_ld(news(headline="Bridge reopens", author={"name": "Jane Doe"}, datePublished="2026-03-09"))
    + '<meta property="og:title" content="Bridge"><link rel="canonical" href="/news/1">',
).encode()
SPLICES = [
    b"<",
    b">",
    b'"',
    b"</p>",
    b"<table>",
    b"<script>",
    b"<!--",
    b"\0",
    b"\xff\xfe",
    b"&#xD800;",
    b"&#0;",
    b"{",
    b"\\u",
]

slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_sound(result: Article | Dropped) -> None:
    if isinstance(result, Dropped):
        assert result.stage == "clean"
        return
    lines = result.text.split("\n")
    assert all(line == line.strip() and line for line in lines)
    assert unicodedata.is_normalized("NFC", result.text)
    assert isinstance(result.article_id, UUID)
    for text in (result.text, result.title or "", *result.authors, result.section or ""):
        assert text.encode().decode() == text
        assert "\0" not in text
    for moment in (result.published_at, result.modified_at):
        assert moment is None or (moment.utcoffset() is not None and 1990 <= moment.year <= FETCHED_AT.year)
    assert len(set(result.authors)) == len(result.authors)
    assert result.word_count >= 0


@slow
@given(st.binary(max_size=3000), st.sampled_from(MEDIA_TYPES), st.sampled_from(URLS), st.text(max_size=12))
def test_any_bytes(payload: bytes, media_type: str, url: str | None, charset: str) -> None:
    assert_sound(clean(capture(media_type, url, charset=charset), payload))


@slow
@given(st.text(max_size=2000), st.sampled_from(MEDIA_TYPES))
def test_any_text(text: str, media_type: str) -> None:
    assert_sound(clean(capture(media_type), text.encode("utf-8", "surrogatepass")))


@slow
@given(
    st.lists(
        st.tuples(st.integers(0, len(BIG_PAGE)), st.integers(0, 40), st.sampled_from(SPLICES)), max_size=12
    )
)
def test_mutilated_pages(cuts: list[tuple[int, int, bytes]]) -> None:
    payload = BIG_PAGE
    for at, length, splice in cuts:
        payload = payload[:at] + splice + payload[at + length :]
    assert_sound(clean(capture(), payload))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PROPERTY = st.sampled_from(
    [
        "@type",
        "@id",
        "@graph",
        "headline",
        "name",
        "author",
        "datePublished",
        "dateModified",
        "inLanguage",
        "articleSection",
        "articleBody",
        "isAccessibleForFree",
        "publisher",
        "mainEntityOfPage",
        "url",
        "hasPart",
        "description",
    ]
)
NODE = st.dictionaries(
    PROPERTY, JSON | st.sampled_from(["NewsArticle", "#a", "https://www.example.org/news/1"]), max_size=10
)


@slow
@given(st.lists(NODE, max_size=3))
def test_any_structured_data(nodes: list[dict[str, object]]) -> None:
    typed = [{"@type": "NewsArticle", "@id": "#a", **node} for node in nodes]
    assert_sound(clean(capture(), page(json_ld(typed, *typed)).encode("utf-8", "surrogatepass")))


@slow
@given(
    st.dictionaries(
        st.sampled_from(
            ["url", "title", "text", "html", "published_at", "authors", "language", "section", "modified_at"]
        ),
        JSON,
    )
)
def test_any_row(fields: dict[str, object]) -> None:
    import json

    assert_sound(clean(capture("application/json"), json.dumps(fields).encode()))


@slow
@given(st.binary(max_size=500), st.sampled_from(MEDIA_TYPES))
def test_the_same_bytes_give_the_same_result(payload: bytes, media_type: str) -> None:
    assert clean(capture(media_type), payload) == clean(capture(media_type), payload)
    assert clean(capture(), BIG_PAGE) == clean(capture(), BIG_PAGE)
