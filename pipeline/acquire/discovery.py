"""Where the feeds of a site are, from what it has served already, and whether two feeds are one.

A caller fetches the address given; where that is a page, the candidates here in their order: what the page
declares as feeds, what it links to, the sitemaps of robots.txt, and last the paths that content management
systems use. Nothing here fetches.

Sources: the WHATWG's HTML standard, section 4.6.7.1 (`link rel=alternate`), the `Sitemap` lines of RFC 9309.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pipeline.acquire.entries import absolute_url, one_line
from pipeline.acquire.records import ParsedFeed
from pipeline.clean.decoding import decode
from pipeline.clean.tree import HtmlElement, has_monstrous_tag, parse, text_of

Source = Literal["link", "anchor", "robots", "path"]

# Of WordPress, Drupal, Ghost, Hugo, Jekyll, Blogger, Arc and others, the common ones first.
COMMON_PATHS = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/feeds/posts/default",
    "/arc/outboundfeeds/rss/",
    "/rss/all.xml",
    "/sitemap-news.xml",
    "/news-sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap.xml",
)
MOST_CANDIDATES = 50
# Two feeds that share this part of the shorter one's articles, and more than a few, are one.
SHARED_ENTRIES, FEWEST_SHARED = 0.8, 3
_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "text/xml",
    "application/xml",
}
_FEEDLIKE = re.compile(r"(?:^|[/._\-?=])(?:rss|atom|feeds?)(?:$|[/._\-?=&\d])", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|komment|commentaire|comentario", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"^[ \t]{0,20}sitemap[ \t]{0,20}:[ \t]{0,20}(\S{1,2000})", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address that may be a feed, and where it was found."""

    url: str
    title: str | None
    source: Source


def find_feeds(payload: bytes, url: str, charset: str | None = None) -> list[Candidate]:
    """The feeds that a page names: declared ones before links, articles before comments."""
    markup = decode(payload, charset)
    tree = None if has_monstrous_tag(markup) else parse(markup)
    if tree is None:
        return []
    base = absolute_url(next(iter(tree.xpath("//base/@href")), ""), url) or url
    found: dict[str, Candidate] = {}
    for candidate in (*_declared(tree, base), *_linked(tree, base)):
        found.setdefault(feed_key(candidate.url), candidate)
    ranked = sorted(found.values(), key=_is_of_comments)
    return ranked[:MOST_CANDIDATES]


def sitemap_lines(robots: bytes, url: str) -> list[Candidate]:
    """The sitemaps that a robots.txt names, those of news first."""
    named = (absolute_url(line, url) for line in _SITEMAP_LINE.findall(decode(robots)))
    distinct = dict.fromkeys(filter(None, named))
    ranked = sorted(distinct, key=lambda one: "news" not in urlsplit(one).path.lower())
    return [Candidate(one, None, "robots") for one in ranked[:MOST_CANDIDATES]]


def common_paths(url: str) -> list[Candidate]:
    """The addresses at which sites of this kind mostly have their feed, on the host of `url`."""
    paths = (absolute_url(path, url) for path in COMMON_PATHS)
    return [Candidate(one, None, "path") for one in paths if one]


def feed_key(url: str) -> str:
    """What spellings of one feed's address share: no scheme, `www.`, fragment or closing slash."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.netloc.rpartition(':')[2]}" if parts.netloc[-6:].rpartition(":")[2].isdigit() else ""
    port = "" if port in (":80", ":443") else port
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def is_same_feed(one: ParsedFeed, other: ParsedFeed) -> bool:
    """Whether two documents are one feed: they name the same address as their own, or overlap."""
    if one.self_url and other.self_url and feed_key(one.self_url) == feed_key(other.self_url):
        return True
    ours, theirs = ({entry.url for entry in feed.entries} for feed in (one, other))
    shared = len(ours & theirs)
    return shared >= FEWEST_SHARED and shared >= SHARED_ENTRIES * min(len(ours), len(theirs))


def _declared(tree: HtmlElement, base: str) -> Iterator[Candidate]:
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").partition(";")[0].strip().lower()
        is_feed = ("alternate" in relations and media_type in _TYPES) or "feed" in relations
        target = absolute_url(link.get("href"), base) if is_feed else None
        # WordPress declares its whole interface as JSON: that is no feed.
        if target and not (media_type == "application/json" and "/wp-json/" in target):
            yield Candidate(target, one_line(link.get("title")), "link")


def _linked(tree: HtmlElement, base: str) -> Iterator[Candidate]:
    for anchor in tree.iter("a"):
        target = absolute_url(anchor.get("href"), base)
        if target and _FEEDLIKE.search(target.partition("://")[2].partition("/")[2]):
            yield Candidate(target, one_line(text_of(anchor)), "anchor")


def _is_of_comments(candidate: Candidate) -> bool:
    return _COMMENTS.search(f"{candidate.url} {candidate.title or ''}") is not None
