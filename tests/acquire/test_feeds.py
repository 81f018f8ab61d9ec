"""Feeds of all kinds, as they are really written, to entries and hints."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from pipeline.acquire.feeds import parse_feed
from pipeline.acquire.records import FeedHints, ParsedFeed
from pipeline.dispositions import Reason
from pipeline.records import Dropped
from tests.acquire.feed_texts import atom, item, rdf, rss

URL = "https://news.example/feeds/all.xml"
TEN = datetime(2026, 11, 25, 10, tzinfo=UTC)


def parsed(text: str | bytes, content_type: str | None = None, url: str = URL) -> ParsedFeed:
    found = parse_feed(text.encode() if isinstance(text, str) else text, url, content_type)
    assert isinstance(found, ParsedFeed), found
    return found


def refused(payload: bytes, content_type: str | None = None) -> Reason:
    found = parse_feed(payload, URL, content_type)
    assert isinstance(found, Dropped), found
    assert found.stage == "feed"
    return found.reason


ATOM_ENTRY = (
    '<entry><id>tag:news.example,2026:1</id><title>Ferry</title><link href="/1"/>'
    "<updated>2026-11-25T12:00:00Z</updated><published>2026-11-25T11:00:00+01:00</published></entry>"
)
RDF_ITEM = (
    '<item rdf:about="https://news.example/1"><title>Ferry</title><link>https://news.example/1</link>'
    "<dc:date>2026-11-25T10:00:00Z</dc:date></item>"
)
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Coast",
    "language": "en-GB",
    "feed_url": "https://news.example/feed.json",
    "next_url": "/feed.json?page=2",
    "items": [{"id": 1, "url": "/1", "title": "Ferry", "date_published": "2026-11-25T10:00:00Z"}],
}
DATED = "<pubDate>Wed, 25 Nov 2026 10:00:00 GMT</pubDate>"
KINDS = {
    "rss": rss(item(1, DATED, "Ferry")),
    "rss 0.91": rss(item(1, DATED, "Ferry"), version="0.91"),
    "rss 0.92": rss(item(1, DATED, "Ferry"), version="0.92"),
    "atom": atom(ATOM_ENTRY),
    "rdf": rdf(RDF_ITEM),
    "json": json.dumps(JSON_FEED),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_gives_the_same_entry(name: str) -> None:
    feed = parsed(KINDS[name])
    (entry,) = feed.entries
    assert feed.kind == name.split()[0]
    assert feed.title == "The Coast"
    assert (entry.url, entry.title, entry.published_at) == ("https://news.example/1", "Ferry", TEN)


def test_the_key_is_the_guid_and_without_one_the_address() -> None:
    with_guid = item(1, '<guid isPermaLink="false">a-17</guid>')
    keys = [entry.entry_key for entry in parsed(rss(with_guid, item(2))).entries]
    assert keys == ["a-17", "https://news.example/2"]


def test_a_guid_that_is_an_address_stands_for_a_missing_link() -> None:
    feed = parsed(
        rss(
            "<item><guid>https://news.example/7</guid></item>",
            '<item><guid isPermaLink="false">https://news.example/8</guid></item>',
            '<item><guid isPermaLink="false">nine</guid><title>no address</title></item>',
        )
    )
    assert [entry.url for entry in feed.entries] == ["https://news.example/7", "https://news.example/8"]


def test_one_guid_on_different_articles_loses_none() -> None:
    zero = '<guid isPermaLink="false">0</guid>'
    feed = parsed(rss(item(1, zero), item(2, zero), item(2, zero)))
    assert [entry.entry_key for entry in feed.entries] == ["https://news.example/1", "https://news.example/2"]


def test_an_edited_entry_keeps_key_and_date_of_publication() -> None:
    edited = ATOM_ENTRY.replace("T12:00:00Z", "T18:30:00Z").replace("Ferry", "Ferry sails again")
    (before,), (after,) = parsed(atom(ATOM_ENTRY)).entries, parsed(atom(edited)).entries
    assert before.entry_key == after.entry_key
    assert before.published_at == after.published_at == TEN


def test_entries_keep_the_order_of_the_feed() -> None:
    days = [f"<pubDate>Wed, {day} Nov 2026 10:00:00 GMT</pubDate>" for day in (11, 25, 4)]
    feed = parsed(rss(*(item(number, day) for number, day in enumerate(days))))
    assert [entry.published_at.day for entry in feed.entries if entry.published_at] == [11, 25, 4]


BASES = {
    "the feed's address": (rss(item(1, link="/news/1")), "https://news.example/news/1"),
    "a relative path": (rss(item(1, link="1.html")), "https://news.example/feeds/1.html"),
    "xml:base on the feed": (
        atom('<entry><link href="1"/></entry>', attributes='xml:base="https://cdn.example/a/"'),
        "https://cdn.example/a/1",
    ),
    "xml:base on an entry": (
        atom('<entry xml:base="b/"><link href="1"/></entry>', attributes='xml:base="https://cdn.example/a/"'),
        "https://cdn.example/a/b/1",
    ),
    "no scheme": (rss(item(1, link="//other.example/1")), "https://other.example/1"),
    "blanks and lines around": (rss(item(1, link="\n  https://news.example/1\n ")), "https://news.example/1"),
    "letters beyond ASCII": (
        rss(item(1, link="https://news.example/straße/é?q=ü")),
        "https://news.example/stra%C3%9Fe/%C3%A9?q=%C3%BC",
    ),
    "a name beyond ASCII": (rss(item(1, link="https://bücher.example/1")), "https://xn--bcher-kva.example/1"),
    "escaped already": (rss(item(1, link="https://news.example/a%20b?x=1&amp;y=2")), None),
    "before a counter of clicks": (
        rss(
            item(1, "<f:origLink>https://news.example/1</f:origLink>", link="https://count.example/x"),
        ).replace("<rss ", '<rss xmlns:f="http://rssnamespace.org/feedburner/ext/1.0" '),
        "https://news.example/1",
    ),
}


@pytest.mark.parametrize("name", BASES)
def test_links_become_absolute(name: str) -> None:
    text, expected = BASES[name]
    (entry,) = parsed(text).entries
    assert entry.url == (expected or "https://news.example/a%20b?x=1&y=2")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "mailto:a@news.example", "ftp://x.example/1", "http://[x"]
)
def test_what_is_no_web_address_is_no_entry(link: str) -> None:
    assert [entry.title for entry in parsed(rss(item(1, link=link), item(2, title="kept"))).entries] == [
        "kept"
    ]


CHARSETS = {
    "declared": ("windows-1251", None, "windows-1251"),
    "by the header alone": ("koi8-r", "text/xml; charset=koi8-r", None),
    "the header goes before": ("utf-8", "text/xml; charset=utf-8", "iso-8859-5"),
    "declared as another": ("utf-8", None, "iso-8859-1"),
    "UTF-16 with its mark": ("utf-16", None, "utf-16"),
}


@pytest.mark.parametrize("name", CHARSETS)
def test_any_charset(name: str) -> None:
    codec, content_type, declared = CHARSETS[name]
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = rss(item(1, title="Паром снова ходит через залив каждый день"), declaration=declaration)
    (entry,) = parsed(text.encode(codec), content_type).entries
    assert entry.title == "Паром снова ходит через залив каждый день"


ODD = {
    "cut off in the middle": rss(item(1), item(2), item(3))[:-90],
    "a bare ampersand": rss(item(1, title="Fish & chips"), item(2)),
    "a name of HTML": rss(item(1, title="caf&eacute;&nbsp;bar"), item(2)),
    "control characters": rss(item(1, title="Fish\x0b\x00\x1f"), item(2)),
    "blank lines before the declaration": "\n\n "
    + rss(item(1), item(2), declaration='<?xml version="1.0"?>'),
    "a comment and a style sheet first": "<!-- <html> --><?xml-stylesheet href='a'?>" + rss(item(1), item(2)),
    "entities of its own": '<!DOCTYPE rss [<!ENTITY c "coast">]>' + rss(item(1, title="&c;"), item(2)),
    "tags of the wrong case": rss(item(1), item(2)).replace("item>", "ITEM>"),
}


@pytest.mark.parametrize("name", ODD)
def test_damaged_feeds_keep_their_entries(name: str) -> None:
    urls = [entry.url for entry in parsed(ODD[name]).entries]
    assert urls == ["https://news.example/1", "https://news.example/2"]


def test_entities_that_multiply_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]>' + rss(item(1, title="&l11;"))
    found = parse_feed(bomb.encode(), URL, None)
    assert isinstance(found, Dropped) or all(len(entry.title or "") <= 1000 for entry in found.entries)


def test_an_outside_entity_is_not_read() -> None:
    text = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss(item(1, title="a &x; b"))
    (entry,) = parsed(text).entries
    assert "&x;" in (entry.title or "") or entry.title == "a b"


DATES = {
    "Wed, 25 Nov 2026 11:00:00 +0100": TEN,
    "25 Nov 2026 10:00 GMT": TEN,
    "2026-11-25T10:00:00Z": TEN,
    "2026-11-25 10:00:00": TEN,
    "2026년 11월 25일": None,
    "yesterday": None,
    "Thu, 01 Jan 1970 00:00:00 GMT": None,
    "0001-01-01T00:00:00+14:00": None,
    "9999-12-31T23:59:59-12:00": None,
}


@pytest.mark.parametrize("claim", DATES)
def test_dates(claim: str) -> None:
    (entry,) = parsed(rss(item(1, f"<pubDate>{claim}</pubDate>"))).entries
    assert entry.published_at == DATES[claim]


def test_titles_are_one_line_without_markup() -> None:
    feed = parsed(rss(item(1, title="&lt;b&gt;Ferry&lt;/b&gt;\n  &amp;amp; bridge: 3 &lt; 4")))
    assert [entry.title for entry in feed.entries] == ["Ferry & bridge: 3 < 4"]


HINTS = {
    "<ttl>60</ttl>": FeedHints(ttl_seconds=3600),
    "<ttl>soon</ttl>": FeedHints(),
    "<ttl>-5</ttl>": FeedHints(),
    "<skipHours><hour>0</hour><hour>1</hour><hour>24</hour></skipHours>": FeedHints(
        skip_hours=frozenset({0, 1})
    ),
    "<skipDays><day>Saturday</day><day>sunday</day></skipDays>": FeedHints(skip_days=frozenset({5, 6})),
    "<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>": FeedHints(),
    "<skipHours><hour>99</hour><hour>x</hour></skipHours>": FeedHints(),
}


@pytest.mark.parametrize("head", HINTS)
def test_hints_of_rss(head: str) -> None:
    assert parsed(rss(item(1), head=head)).hints == HINTS[head]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", 86_400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
    ],
)
def test_hints_of_the_syndication_module(said: str, seconds: int | None) -> None:
    assert parsed(rdf(RDF_ITEM, head=said)).hints.sy_seconds == seconds


def test_own_address_next_page_and_language() -> None:
    head = '<link rel="self" href="/atom"/><link rel="next" href="?page=2"/>'
    feed = parsed(atom(ATOM_ENTRY, head=head, attributes='xml:lang="pt-BR"'))
    assert feed.self_url == "https://news.example/atom"
    assert feed.next_urls == ("https://news.example/feeds/all.xml?page=2",)
    assert parsed(rss(item(1), head="<language>pt_BR</language>")).language == "pt-br"
    assert parsed(KINDS["json"]).next_urls == ("https://news.example/feed.json?page=2",)


def test_archives_that_a_feed_names() -> None:
    head = '<link rel="prev-archive" href="/2026/02"/><link rel="current" href="/feed"/>'
    archives = ("https://news.example/2026/02", "https://news.example/feed")
    assert parsed(atom(ATOM_ENTRY, head=head)).archive_urls == archives
    in_rss = head.replace("<link", '<atom:link xmlns:atom="http://www.w3.org/2005/Atom"')
    assert parsed(rss(item(1), head=in_rss)).archive_urls == archives
    assert parsed(atom(ATOM_ENTRY)).archive_urls == ()


@pytest.mark.parametrize(
    ("dates", "is_change"),
    [
        ("<published>2026-03-01T10:00:00Z</published><updated>2026-03-02T10:00:00Z</updated>", False),
        ("<updated>2026-03-02T10:00:00Z</updated>", True),
        ("", False),
    ],
)
def test_a_date_of_a_change_says_so(dates: str, is_change: bool) -> None:
    entry = f'<entry><id>a</id><link href="https://news.example/a"/>{dates}</entry>'
    (found,) = parsed(atom(entry)).entries
    assert found.is_change == is_change
    assert (found.published_at is None) == (not dates)


def test_json_items_without_address_of_their_own() -> None:
    items = [
        {"id": "https://news.example/1"},
        {"id": "2", "external_url": "https://other.example/2"},
        {"id": "3"},
        "no item",
        {"id": 4.5, "url": "https://news.example/4", "title": "a\ud800b"},
    ]
    feed = parsed(json.dumps({**JSON_FEED, "items": items}))
    assert [(entry.entry_key, entry.url) for entry in feed.entries] == [
        ("https://news.example/1", "https://news.example/1"),
        ("2", "https://other.example/2"),
        ("4.5", "https://news.example/4"),
    ]


REFUSED = {
    "nothing": (b"", Reason.EMPTY),
    "blanks": (b" \n\t ", Reason.EMPTY),
    "a page": (b"<!doctype html><html><body><rss>no</rss></body></html>", Reason.NOT_A_FEED),
    "a sentence": (b"Service temporarily unavailable", Reason.NOT_A_FEED),
    "other JSON": (b'{"status": "ok", "items": []}', Reason.NOT_A_FEED),
    "damaged JSON": (b'{"version": "https://jsonfeed.org/version/1", ', Reason.INVALID_JSON),
    "JSON within JSON": (b'{"a":' * 200_000, Reason.INVALID_JSON),
    "a cut gzip": (gzip.compress(b"<rss>" * 500)[:-9], Reason.CORRUPT),
    "a gzip of 64 MB": (gzip.compress(b" " * 64_000_000), Reason.TOO_LARGE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_feed_says_why(name: str) -> None:
    payload, reason = REFUSED[name]
    assert refused(payload) is reason


def test_an_empty_feed_is_a_feed() -> None:
    assert parsed(rss()).entries == ()
    assert parsed(atom()).entries == ()
