"""An HTML page becomes an article: text, claims, flags, ids."""

import sys
from datetime import UTC, datetime

import pytest

from tests.clean.pages import BODY, PARAGRAPHS, URL, cleaned, json_ld, news, page


def test_text_is_one_paragraph_a_line_without_furniture() -> None:
    body = (
        "<p>By Jane Doe</p><p>9 March 2026, 14:05</p>"
        + BODY
        + "<p>Read more: Ferry timetable changes</p><p>Photo: Example Agency</p><p>© 2026 Example Media</p>"
    )
    article = cleaned(page(body=body))
    assert article.text.split("\n") == list(PARAGRAPHS)
    assert article.title == "Bridge reopens to traffic"
    assert article.authors == ("Jane Doe",)
    assert article.extractor.startswith("trafilatura ")


def test_claims_of_structured_data() -> None:
    node = news(
        headline="Bridge reopens",
        author=[{"@type": "Person", "name": "Jane Doe"}, {"@type": "Person", "name": "Ali Öz"}],
        datePublished="2026-03-09T08:30:00+01:00",
        dateModified="2026-03-09T10:00:00Z",
        articleSection="City",
        publisher={"@type": "Organization", "name": "Example News"},
    )
    article = cleaned(page(json_ld(node)))
    assert article.authors == ("Jane Doe", "Ali Öz")
    assert article.published_at == datetime(2026, 3, 9, 7, 30, tzinfo=UTC)
    assert article.modified_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert (article.section, article.language, article.publisher) == ("City", "en", "example.org")
    assert article.notes == ()


def test_structured_data_in_a_graph_with_references() -> None:
    graph = {
        "@graph": [
            {"@type": "WebSite", "@id": "#site", "name": "Example News"},
            {"@type": ["Article", "NewsArticle"], "headline": "Bridge", "author": {"@id": "#jane"}},
            {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
        ]
    }
    assert cleaned(page(json_ld(graph))).authors == ("Jane Doe",)


def test_structured_data_about_other_pages_is_not_ours() -> None:
    others = [
        news(headline=f"Other {n}", url=f"https://www.example.org/other-{n}", datePublished="2020-01-01")
        for n in range(3)
    ]
    own = news(headline="Ours", url=URL, datePublished="2026-03-01", author="Jane Doe")
    article = cleaned(page(json_ld(*others, own)))
    assert article.published_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert article.authors == ("Jane Doe",)


@pytest.mark.parametrize(
    "block",
    [
        '<!-- {"@type":"NewsArticle","author":"Jane Doe"} -->',
        '{"@type":"NewsArticle","author":"Jane Doe",}',
        '{"@type":"NewsArticle","author":"Jane Doe"};',
        '{"@type":"NewsArticle","author":"Jane Doe"} {"@type":"Thing"}',
        '//<![CDATA[\n{"@type":"NewsArticle","author":"Jane Doe"}\n//]]>',
        '{"@type":"NewsArticle","note":"it\\\'s","author":"Jane Doe"}',
        '{"@type":"NewsArticle","note":"two\nlines\tand tabs","author":"Jane Doe"}',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;author&quot;:&quot;Jane Doe&quot;}",
    ],
)
def test_broken_structured_data_is_read(block: str) -> None:
    script = f'<script type="application/ld+json">{block}</script>'
    assert cleaned(page(script)).authors == ("Jane Doe",)


def test_the_head_stands_in_for_structured_data() -> None:
    head = (
        '<meta property="og:title" content="Bridge over the Linden open again | Example News">'
        '<meta property="og:site_name" content="Example News">'
        '<meta name="author" content="By Jane Doe, Example News">'
        '<meta property="article:published_time" content="2026-03-09T08:30:00Z">'
        '<meta property="article:section" content="City">'
    )
    article = cleaned(page(head))
    assert article.title == "Bridge over the Linden open again"
    assert article.authors == ("Jane Doe",)
    assert article.published_at == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert article.section == "City"


@pytest.mark.parametrize(
    ("stated", "shown", "title"),
    [
        (
            "Bridge reopens to traffic - Example News",
            "Bridge reopens to traffic",
            "Bridge reopens to traffic",
        ),
        ("Bridge ‘reopens’ at last | City", "Bridge 'reopens' at last", "Bridge ‘reopens’ at last"),
        ("Bridge reopens - at last", "", "Bridge reopens - at last"),
        ("Bridge reopens | example.org", "", "Bridge reopens"),
        (
            "橋が月曜日に再開した：例新聞デジタル",
            "橋が月曜日に再開した",
            "橋が月曜日に再開した：例新聞デジタル",
        ),
        (
            "長い工事を終えて橋が月曜日に再開した：例新聞",
            "長い工事を終えて橋が月曜日に再開した",
            "長い工事を終えて橋が月曜日に再開した",
        ),
    ],
)
def test_titles_lose_the_name_of_the_site_only(stated: str, shown: str, title: str) -> None:
    head = f'<meta property="og:title" content="{stated}">'
    assert cleaned(page(head, headline=shown)).title == title


def test_the_byline_shown_where_data_credits_the_newsroom() -> None:
    node = news(
        author={"@type": "Organization", "name": "Example News"},
        publisher={"@type": "Organization", "name": "Example News"},
    )
    byline = '<div class="byline"><span class="author">Von <a href="/jd">Jana Dörfler</a></span></div>'
    assert cleaned(page(json_ld(node), byline + BODY)).authors == ("Jana Dörfler",)
    assert cleaned(page(json_ld(node))).authors == ("Example News",)


def test_bylines_of_teasers_and_comments_are_not_ours() -> None:
    aside = '<aside><span class="author">Other Writer</span></aside>'
    comment = '<div class="comment-list"><span class="comment-author author">Angry Reader</span></div>'
    assert cleaned(page(body=aside + BODY + comment)).authors == ()


def test_a_standfirst_is_part_of_the_text_once() -> None:
    lead = "Eleven months after a barge struck a pier, traffic crosses the Linden again."
    head = f'<meta property="og:description" content="{lead}">'
    shown = f'<header class="intro"><h2 class="dek">{lead}</h2></header>'
    assert cleaned(page(head, shown + BODY)).text.split("\n") == [lead, *PARAGRAPHS]
    assert cleaned(page(head)).text.split("\n") == list(PARAGRAPHS)


def test_a_body_in_pieces_is_whole() -> None:
    pieces = "".join(
        f'<div class="article__body"><p>{one}</p><p>{two}</p></div><div class="ad-slot"></div>'
        for one, two in zip(PARAGRAPHS[::2], PARAGRAPHS[1::2], strict=True)
    )
    assert cleaned(page(body=pieces)).text.split("\n") == list(PARAGRAPHS)


def test_the_article_body_of_a_page_drawn_by_script() -> None:
    node = news(headline="Bridge reopens", articleBody="\n\n".join(PARAGRAPHS))
    article = cleaned(page(json_ld(node), body='<div id="app"></div>'))
    assert article.text.split("\n") == list(PARAGRAPHS)


def test_dates_shown_in_the_text_of_a_page() -> None:
    stamp = '<time class="published" datetime="2026-03-08T09:00:00+00:00">Sunday</time>'
    assert cleaned(page(body=stamp + BODY)).published_at == datetime(2026, 3, 8, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("pl", "5 marca 2026"),
        ("uk", "5 березня 2026"),
        ("hu", "2026. március 5."),
        ("hi", "5 मार्च 2026"),
        ("el", "5 Μαρτίου 2026"),
        ("sw", "5 Machi 2026"),
        ("ka", "5 მარტი 2026"),
    ],
)
def test_a_date_in_words_is_read_in_many_languages(language: str, date: str) -> None:
    article = cleaned(page(body=f'<div class="date">{date}</div>{BODY}', lang=language))
    assert article.published_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_what_looks_like_a_date_and_is_none_is_not_sought_in_every_language() -> None:
    cleaned(page(body=f'<div class="date">Clocks Harbour 19, 2026, 9:02</div>{BODY}'))
    translations = [name for name in sys.modules if name.startswith("dateparser.data.date_translation_data.")]
    assert 0 < len(translations) <= 60


def test_a_claim_from_the_future_is_refused_and_noted() -> None:
    future = news(datePublished="2031-01-01T00:00:00Z", dateModified="1970-01-01T00:00:00Z")
    article = cleaned(page(json_ld(future)))
    assert (article.published_at, article.modified_at) == (None, None)
    assert article.notes == (
        "published_at refused: 2031-01-01T00:00:00Z",
        "modified_at refused: 1970-01-01T00:00:00Z",
    )


def test_paywall_and_truncation() -> None:
    paid = json_ld(news(isAccessibleForFree="False"))
    teaser = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>"
    short = cleaned(page(paid, teaser))
    assert (short.is_paywalled, short.is_truncated) == (True, True)
    whole = cleaned(page(paid, BODY * 4))
    assert (whole.is_paywalled, whole.is_truncated) == (True, False)
    called = cleaned(page(body=teaser + "<p>Subscribe now to continue reading this story</p>"))
    assert (called.is_paywalled, called.is_truncated) == (True, True)
    cut = cleaned(page(body=BODY + "<p>The mayor, who had promised an opening before the winter…</p>"))
    assert (cut.is_paywalled, cut.is_truncated) == (False, True)
    free = cleaned(page())
    assert (free.is_paywalled, free.is_truncated) == (False, False)


def test_a_canonical_link_decides_the_identity() -> None:
    head = '<link rel="canonical" href="/news/bridge-reopens-1234">'
    plain = cleaned(page())
    linked = cleaned(page(head), url=f"{URL}/amp?utm_source=feed&page=2#top")
    assert linked.article_id == plain.article_id
    assert linked.canonical_url == URL
    assert linked.url == f"{URL}/amp?utm_source=feed&page=2#top"


@pytest.mark.parametrize(
    "href", ["https://other.example.com/x", "https://www.example.org/", "javascript:void(0)", ""]
)
def test_a_canonical_link_that_cannot_be_is_ignored(href: str) -> None:
    article = cleaned(page(f'<link rel="canonical" href="{href}">'))
    assert article.canonical_url == URL


def test_the_content_hash_follows_title_and_text_only() -> None:
    one = cleaned(page(json_ld(news(datePublished="2026-03-01"))))
    two = cleaned(page(json_ld(news(datePublished="2026-03-02"))), url=f"{URL}?x=1")
    three = cleaned(page(body=BODY.replace("eleven", "twelve")))
    assert one.content_hash == two.content_hash
    assert one.content_hash != three.content_hash
    assert len(one.content_hash) == 32
    assert one.article_id == three.article_id
