"""Sitemaps to entries: plain ones, those of Google News, index files, and lists of addresses one a line.

The tree is built without entities, network and documents beyond libxml2's limits on depth and size. What is
damaged in the middle keeps what stands before and after it.

Sources: sitemaps.org/protocol.html (50,000 addresses a file), the Google News sitemap schema 0.9.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from pipeline.acquire.entries import absolute_url, distinct, language_tag, make_entry, moment, one_line
from pipeline.acquire.records import FeedEntry, FeedHints, FeedKind, ParsedFeed
from pipeline.dispositions import Reason
from pipeline.records import Dropped

MOST_ADDRESSES = 50_000
_NEWS = re.compile(r"<(?:[\w\-]{1,40}:)?publication_date[\s>]|schemas/sitemap-news/", re.IGNORECASE)
_ADDRESS_LINE = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)


def parse_sitemap(text: str, url: str) -> ParsedFeed | Dropped:
    """The sitemap or sitemap index in an XML text without declaration."""
    try:
        root = _tree(text)
    except (etree.LxmlError, ValueError) as error:
        return Dropped("feed", Reason.NOT_A_FEED, f"damaged sitemap: {error}"[:200])
    name = _name(root) if root is not None else ""
    if root is None or name not in ("urlset", "sitemapindex"):
        return Dropped("feed", Reason.NOT_A_FEED, f"no sitemap: its root is {name!r}"[:200])
    if name == "sitemapindex":
        return _feed("sitemap_index", (), next_urls=_children(root, url))
    rows = list(islice(_rows(root, "url"), MOST_ADDRESSES))
    entries = distinct(_entry(row, url) for row in rows)
    languages = {language_tag(row.get("language")) for row in rows} - {None}
    return _feed(
        "news_sitemap" if _NEWS.search(text) else "sitemap",
        entries,
        title=one_line(rows[0].get("name")) if rows else None,
        language=languages.pop() if len(languages) == 1 else None,
    )


def parse_address_list(text: str, url: str) -> ParsedFeed | None:
    """A sitemap in plain text, one absolute address a line; None where it is some other text."""
    lines = [line.strip() for line in text.splitlines()[:MOST_ADDRESSES] if line.strip()]
    if not lines or not all(_ADDRESS_LINE.fullmatch(line) for line in lines):
        return None
    return _feed("sitemap", distinct(make_entry(None, line, url, None, None) for line in lines))


def _tree(text: str) -> "etree._Element | None":
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _feed(
    kind: FeedKind,
    entries: tuple[FeedEntry, ...],
    *,
    title: str | None = None,
    language: str | None = None,
    next_urls: tuple[str, ...] = (),
) -> ParsedFeed:
    return ParsedFeed(kind, title, language, entries, FeedHints(), None, next_urls)


def _entry(row: dict[str, str], url: str) -> FeedEntry | None:
    """One `url` element. Without a date of publication, the date of its last change stands for it."""
    published_at, changed_at = moment(row.get("publication_date")), moment(row.get("lastmod"))
    return make_entry(None, row.get("loc"), url, row.get("title"), published_at, changed_at)


def _children(root: "etree._Element", url: str) -> tuple[str, ...]:
    """The sitemaps of an index, the one changed last first, those without a date behind them."""
    dated = [
        (moment(row.get("lastmod")), child)
        for row in _rows(root, "sitemap")
        if (child := absolute_url(row.get("loc"), url))
    ]
    newest = sorted(dated, key=lambda pair: pair[0].timestamp() if pair[0] else 0.0, reverse=True)
    return tuple(dict.fromkeys(child for _, child in newest))


def _rows(root: "etree._Element", name: str) -> Iterator[dict[str, str]]:
    """What each child of this name says, by element name; of several of one name the first.

    Elements of pictures and videos also have titles and addresses: they are passed over.
    """
    for row in root.iterchildren("{*}" + name):
        found: dict[str, str] = {}
        for element in row.iter("{*}*"):
            if _belongs(element) and element.text:
                found.setdefault(_name(element), element.text.strip())
        yield found


def _belongs(element: "etree._Element") -> bool:
    namespace = str(element.tag).partition("}")[0]
    return "/sitemap-image/" not in namespace and "/sitemap-video/" not in namespace


def _name(element: "etree._Element") -> str:
    """The local name, lower-case. Not by etree.QName, which refuses names that a damaged tree can hold."""
    return str(element.tag).rpartition("}")[2].lower()
