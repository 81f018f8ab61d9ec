"""`newsflow feeds` against a server on loopback."""

import json
from pathlib import Path

import pytest

from pipeline.acquire.opml import Subscription, read_opml, write_opml
from tests.acquire.feed_texts import item, rss
from tests.acquire.server import Server, ok
from tests.conftest import Newsflow

DATED = "<pubDate>Wed, 04 Feb 2026 08:00:00 GMT</pubDate>"
FEED = ok(rss(item(1, DATED), item(2), head="<ttl>120</ttl>").encode(), b"Content-Type: application/rss+xml")
PAGE = b"<html><head><title>The Coast</title>%s</head><body><p>News of a small town.</p></body></html>"
LINK = b'<link rel="alternate" type="application/rss+xml" href="/news.xml">'


def test_a_good_feed(allowed: Newsflow, server: Server) -> None:
    server.pages["/news.xml"] = FEED
    ran = allowed("feeds", "check", server.url("/news.xml"))
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout == (
        f"ok  {server.url('/news.xml')}  rss  2 entries  2026-02-04T08:00  again in 120 min  The Coast\n"
    )
    assert b"+bot@coast.example" in server.asked[0]


def test_a_list_with_good_and_bad_feeds_as_json(allowed: Newsflow, server: Server, tmp_path: Path) -> None:
    server.pages |= {"/news.xml": FEED, "/page": ok(PAGE % b"", b"Content-Type: text/html")}
    listed = [Subscription(server.url(path)) for path in ("/news.xml", "/page", "/gone")]
    (tmp_path / "list.opml").write_bytes(write_opml(listed, "Three"))
    ran = allowed("feeds", "check", tmp_path / "list.opml", "--json")
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.code == 1
    assert [row["status"] for row in rows] == ["ok", "not_a_feed", "not_found"]
    assert rows[0]["entries"] == 2
    assert rows[0]["poll_seconds"] == 7200
    assert rows[2]["detail"] == "HTTP 404"


def test_the_guard_refuses_loopback(newsflow: Newsflow, server: Server) -> None:
    ran = newsflow("feeds", "check", server.url("/news.xml"))
    assert ran.code == 1
    assert ran.stdout.startswith("forbidden_address  ")
    assert "name it with --allow" in ran.stdout
    assert server.asked == []


@pytest.mark.parametrize("source", ["missing.opml", "ftp://news.example/rss"])
def test_wrong_sources_are_named(newsflow: Newsflow, source: str) -> None:
    ran = newsflow("feeds", "check", source)
    assert ran.code == 2
    assert source in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_declared_feed_is_found_and_written(allowed: Newsflow, server: Server, tmp_path: Path) -> None:
    server.pages |= {"/page": ok(PAGE % LINK, b"Content-Type: text/html"), "/news.xml": FEED}
    ran = allowed("feeds", "discover", server.url("/page"), "--opml", tmp_path / "found.opml")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout == f"{server.url('/news.xml')}  rss  The Coast\n"
    written = (tmp_path / "found.opml").read_bytes()
    assert [one.feed_url for one in read_opml(written)] == [server.url("/news.xml")]
    again = allowed("feeds", "discover", server.url("/page"), "--opml", tmp_path / "found.opml")
    assert again.code == 2
    assert "exists already" in again.stderr
    assert (tmp_path / "found.opml").read_bytes() == written


def test_a_feed_at_a_common_path_is_found(allowed: Newsflow, server: Server) -> None:
    server.pages |= {"/page": ok(PAGE % b"", b"Content-Type: text/html"), "/rss": FEED}
    ran = allowed("feeds", "discover", server.url("/page"), "--json")
    assert ran.code == 0, ran.stderr
    assert json.loads(ran.stdout)["url"] == server.url("/rss")
