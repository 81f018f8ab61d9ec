"""Lists of subscriptions in and out, and the list that is shipped."""

from collections import Counter

import pytest

from pipeline.acquire.discovery import feed_key
from pipeline.acquire.opml import Subscription, read_opml, write_opml
from pipeline.errors import SourceError
from tests.house_rules import ROOT

SHIPPED = ROOT / "feeds.opml"


def opml(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def test_a_list_goes_out_and_comes_back() -> None:
    feeds = [
        Subscription(
            "https://news.example/a?x=1&y=2", "https://news.example/", 'The "Coast"', "en", "Norway"
        ),
        Subscription("https://news.example/b", None, "Паром", "ru", "Norway"),
        Subscription("https://other.example/c", title="https://other.example/c"),
    ]
    assert read_opml(write_opml(feeds, "My feeds")) == feeds
    assert write_opml(feeds, "My feeds").count(b'text="Norway"') == 1


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "xmlURL", "XMLURL"])
def test_attributes_in_any_case(name: str) -> None:
    (feed,) = read_opml(opml(f'<outline text="The Coast" {name}="feed://news.example/a"/>'))
    assert feed == Subscription("http://news.example/a", title="The Coast")


def test_folders_within_folders_and_one_feed_twice() -> None:
    inner = '<outline text="b"><outline xmlUrl="https://news.example/feed/" title="T" text="t"/></outline>'
    twice = '<outline xmlUrl="http://www.news.example/feed"/><outline xmlUrl="feed:https://x.example/1"/>'
    feeds = read_opml(opml(f'<outline text="a">{inner}</outline>{twice}<outline xmlUrl="mailto:x"/>'))
    assert [(feed.feed_url, feed.title, feed.group) for feed in feeds] == [
        ("https://news.example/feed/", "T", "b"),
        ("https://x.example/1", None, None),
    ]


@pytest.mark.parametrize("payload", [b"", b"no", b"<html/>", b"<rss/>", b"\0\xff"])
def test_what_is_no_list_says_so(payload: bytes) -> None:
    with pytest.raises(SourceError, match="no OPML file"):
        read_opml(payload)


def test_a_damaged_list_keeps_what_can_be_read() -> None:
    body = '<outline xmlUrl="https://news.example/1"/><outline text="a & b" xmlUrl="https://news.example/2"/>'
    assert [feed.feed_url for feed in read_opml(opml(body)[:-14])] == [
        "https://news.example/1",
        "https://news.example/2",
    ]


def test_the_shipped_list() -> None:
    feeds = read_opml(SHIPPED.read_bytes())
    assert 55 <= len(feeds) <= 80
    assert len({feed_key(feed.feed_url) for feed in feeds}) == SHIPPED.read_bytes().count(b"xmlUrl=")
    assert all(feed.title and feed.html_url and feed.language and feed.group for feed in feeds)
    assert len({feed.group for feed in feeds}) >= 20
    assert len({str(feed.language).partition("-")[0] for feed in feeds}) >= 12
    assert max(Counter(feed.group for feed in feeds).values()) <= 8
