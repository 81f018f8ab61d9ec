"""Where a site's feeds are, and whether two feeds are one."""

import pytest

from pipeline.acquire.discovery import common_paths, feed_key, find_feeds, is_same_feed, sitemap_lines
from pipeline.acquire.feeds import parse_feed
from pipeline.acquire.records import ParsedFeed
from tests.acquire.feed_texts import atom, item, rss

URL = "https://news.example/section/page.html"


def page(head: str, body: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def feed(text: str, url: str = URL) -> ParsedFeed:
    found = parse_feed(text.encode(), url, None)
    assert isinstance(found, ParsedFeed)
    return found


def link(href: str, media_type: str = "application/rss+xml", rel: str = "alternate", title: str = "") -> str:
    return f'<link rel="{rel}" type="{media_type}" href="{href}" title="{title}">'


PAGES = {
    "declared": (page(link("/feed")), ["https://news.example/feed"]),
    "relative": (page(link("feed.xml")), ["https://news.example/section/feed.xml"]),
    "a base": (page('<base href="https://cdn.example/x/">' + link("feed")), ["https://cdn.example/x/feed"]),
    "atom and json": (
        page(link("/a", "application/atom+xml") + link("/j", "application/feed+json; charset=utf-8")),
        ["https://news.example/a", "https://news.example/j"],
    ),
    "one feed twice": (page(link("/feed") + link("/feed/")), ["https://news.example/feed"]),
    "comments last": (
        page(link("/comments/feed/") + link("/feed/")),
        ["https://news.example/feed/", "https://news.example/comments/feed/"],
    ),
    "links come after": (
        page(
            link("/main"),
            '<a href="/rss">RSS</a><a href="/feedback">Write to us</a><a href="/a?feed=rss2">x</a>',
        ),
        ["https://news.example/main", "https://news.example/rss", "https://news.example/a?feed=rss2"],
    ),
    "interface of WordPress": (page(link("/wp-json/wp/v2/posts/1", "application/json")), []),
    "other languages are no feeds": (page(link("/fr/", "text/html")), []),
    "no page": (b"\0\xff\xfe", []),
}


@pytest.mark.parametrize("name", PAGES)
def test_feeds_of_a_page(name: str) -> None:
    payload, expected = PAGES[name]
    assert [candidate.url for candidate in find_feeds(payload, URL)] == expected


def test_sitemaps_of_robots() -> None:
    robots = b"User-agent: *\r\nSITEMAP : /all.xml\r\nsitemap:https://news.example/news.xml # daily\r\n"
    assert [one.url for one in sitemap_lines(robots, URL)] == [
        "https://news.example/news.xml",
        "https://news.example/all.xml",
    ]


def test_common_paths_are_on_the_host() -> None:
    urls = [candidate.url for candidate in common_paths(URL)]
    assert urls[0] == "https://news.example/feed/"
    assert "https://news.example/sitemap.xml" in urls


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.news.example/feed/", "https://news.example/feed#top", True),
        ("https://news.example:443/feed", "http://news.example/feed", True),
        ("https://NEWS.example/feed", "https://news.example/feed", True),
        ("https://news.example/feed?lang=en", "https://news.example/feed?lang=de", False),
        ("http://localhost:8080/feed", "http://localhost:8081/feed", False),
        ("https://news.example/Feed", "https://news.example/feed", False),
    ],
)
def test_spellings_of_one_address(one: str, other: str, same: bool) -> None:
    assert (feed_key(one) == feed_key(other)) is same


def test_feeds_are_one_by_their_own_address_or_their_articles() -> None:
    ten, others = [item(n) for n in range(10)], [item(n) for n in range(20, 30)]
    assert is_same_feed(feed(rss(*ten)), feed(rss(*ten[:9])))
    assert not is_same_feed(feed(rss(*ten)), feed(rss(*ten[:2])))
    assert not is_same_feed(feed(rss(*ten)), feed(rss(*others, *ten[:5])))
    assert not is_same_feed(feed(rss()), feed(rss()))
    own = '<link rel="self" href="https://news.example/main"/>'
    assert is_same_feed(feed(atom(head=own)), feed(atom(head=own), "https://mirror.example/"))
