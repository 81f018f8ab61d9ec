"""Sitemaps: plain, of news, index files, lists of addresses; zipped, damaged and hostile."""

import gzip
from datetime import UTC, datetime

import pytest

from pipeline.acquire.feeds import parse_feed
from pipeline.acquire.records import ParsedFeed
from pipeline.records import Dropped
from tests.acquire.feed_texts import IMAGE_NS, NEWS_NS, SITEMAP_NS

URL = "https://news.example/sitemap.xml"
NEWS = (
    "<url><loc>https://news.example/{n}</loc><lastmod>2026-11-26</lastmod><news:news><news:publication>"
    "<news:name>The Coast</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2026-11-25T11:00:00+01:00</news:publication_date>"
    "<news:title>Ferry &amp; bridge</news:title></news:news></url>"
)


def parsed(text: str | bytes) -> ParsedFeed:
    found = parse_feed(text.encode() if isinstance(text, str) else text, URL, None)
    assert isinstance(found, ParsedFeed), found
    return found


def urlset(*rows: str, more: str = NEWS_NS) -> str:
    return f'<?xml version="1.0"?><urlset {SITEMAP_NS} {more}>{"".join(rows)}</urlset>'


def test_a_news_sitemap_gives_title_date_and_language() -> None:
    feed = parsed(urlset(NEWS.format(n=1), NEWS.format(n=2)))
    assert (feed.kind, feed.title, feed.language) == ("news_sitemap", "The Coast", "en")
    assert [entry.url for entry in feed.entries] == ["https://news.example/1", "https://news.example/2"]
    assert feed.entries[0].title == "Ferry & bridge"
    assert feed.entries[0].published_at == datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_a_plain_sitemap_dates_by_the_last_change() -> None:
    feed = parsed(urlset("<url><loc> /a </loc><lastmod>2026-11-25</lastmod></url><url/>", more=""))
    (entry,) = feed.entries
    assert feed.kind == "sitemap"
    assert entry.url == entry.entry_key == "https://news.example/a"
    assert entry.published_at == datetime(2026, 11, 25, tzinfo=UTC)


def test_pictures_do_not_lend_their_titles() -> None:
    picture = "<image:image><image:loc>https://p.example/1.jpg</image:loc><image:title>P</image:title></image:image>"
    (entry,) = parsed(urlset(f"<url>{picture}<loc>https://news.example/1</loc></url>", more=IMAGE_NS)).entries
    assert (entry.url, entry.title) == ("https://news.example/1", None)


def test_an_index_gives_its_children_newest_first() -> None:
    days = {"a": "2026-11-01", "b": "2026-11-25", "c": ""}
    rows = (
        f"<sitemap><loc>/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>" for name, day in days.items()
    )
    feed = parsed(f"<sitemapindex {SITEMAP_NS}>{''.join(rows)}</sitemapindex>")
    assert (feed.kind, feed.entries) == ("sitemap_index", ())
    assert feed.next_urls == tuple(f"https://news.example/{name}.xml" for name in "bac")


FORMS = {
    "zipped": gzip.compress(urlset(NEWS.format(n=1)).encode()),
    "without namespace": b"<urlset><url><loc>https://news.example/1</loc></url></urlset>",
    "with a prefix": b'<s:urlset xmlns:s="x"><s:url><s:loc>https://news.example/1</s:loc></s:url></s:urlset>',
    "a list of lines": b"\xef\xbb\xbfhttps://news.example/1\r\n\r\n",
    "a bare ampersand": b"<urlset><url><loc>https://news.example/1</loc></url><url>&</url></urlset>",
    "cut off": urlset(NEWS.format(n=1), NEWS.format(n=2)).encode()[:-400],
    "in UTF-16": urlset(NEWS.format(n=1)).encode("utf-16"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_in_which_sitemaps_come(form: str) -> None:
    assert parsed(FORMS[form]).entries[0].url == "https://news.example/1"


def test_entities_are_not_resolved() -> None:
    text = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY h "https://other.example/">]>'
    row = "<url><loc>https://news.example/1&x;</loc></url><url><loc>&h;2</loc></url>"
    found = parse_feed((text + urlset(row).partition("?>")[2]).encode(), URL, None)
    assert isinstance(found, ParsedFeed)
    assert [entry.url for entry in found.entries] == ["https://news.example/1"]


def test_a_huge_or_deep_tree_is_bounded() -> None:
    deep = b"<urlset>" + b"<url>" * 200_000
    found = parse_feed(deep, URL, None)
    assert isinstance(found, Dropped) or found.entries == ()
    many = urlset(*(f"<url><loc>/{n}</loc></url>" for n in range(60_000)), more="").encode()
    assert len(parsed(many).entries) == 50_000
