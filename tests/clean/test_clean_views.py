"""One article under several addresses: tracking, AMP and print views share its key; other articles do not."""

import pytest

from pipeline.clean.addresses import is_at, url_key

PLAIN = "https://www.harbour.example/news/2026/ferry-returns"


@pytest.mark.parametrize(
    "address",
    [
        f"{PLAIN}?utm_source=x&fbclid=1#comments",
        f"{PLAIN}/",
        f"{PLAIN}/amp",
        f"{PLAIN}/amp/?utm_medium=social",
        f"{PLAIN}?amp",
        f"{PLAIN}?amp=1",
        f"{PLAIN}?outputType=amp",
        f"{PLAIN}.amp",
        f"{PLAIN}/print",
        f"{PLAIN}?print=1",
        f"{PLAIN}?view=print",
        "https://amp.harbour.example/news/2026/ferry-returns",
        "https://www.harbour.example/amp/news/2026/ferry-returns",
        "http://harbour.example//news/2026/ferry-returns/index.html",
    ],
)
def test_views_of_an_article_share_its_key(address: str) -> None:
    assert url_key(address) == url_key(PLAIN) == "harbour.example/news/2026/ferry-returns"


def test_a_view_keeps_the_parameter_that_names_the_article() -> None:
    assert url_key("https://harbour.example/story.php?id=7&print=1") == "harbour.example/story.php?id=7"
    assert url_key("https://harbour.example/a.amp.html") == url_key("https://harbour.example/a.html")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://harbour.example/a?id=1", "https://harbour.example/a?id=2"),
        ("https://harbour.example/a?page=2", "https://harbour.example/a"),
        ("https://harbour.example/amp", "https://harbour.example/"),
        ("https://harbour.example/news/amplifiers", "https://harbour.example/news/"),
        ("https://harbour.example/news/blueprint", "https://harbour.example/news/blue"),
        ("https://harbour.example/a?printer=laser", "https://harbour.example/a"),
        ("https://harbour.example/a?amp=50w", "https://harbour.example/a"),
        ("https://amp.example/a", "https://harbour.example/a"),
    ],
)
def test_other_articles_keep_their_own(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_only_the_address_itself_is_the_canonical_one() -> None:
    assert is_at(f"{PLAIN}?utm_source=x", PLAIN)
    assert not is_at(f"{PLAIN}/amp", PLAIN)
    assert not is_at(f"{PLAIN}/amp", f"{PLAIN}/amp")
    assert not is_at("https://harbour.example/other", PLAIN)
    assert not is_at(None, PLAIN)
    assert is_at(None, None)
