"""The head of a page: OpenGraph, `meta` and `link` elements, and the microdata of its dates and authors.

Sources: https://ogp.me/, https://schema.org/docs/gs.html#microdata, Dublin Core (DCMI terms in HTML), and the
names that content-management systems write (parsely, sailthru, cXense).
"""

from collections.abc import Iterable, Iterator

from pipeline.clean.claims import HEAD_RANK, Claims, one_line
from pipeline.clean.tree import HtmlElement

# Names by trust, the first found wins. Lower-case.
_TITLE = (
    "og:title",
    "parsely-title",
    "twitter:title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "cxenseparse:title",
)
_DESCRIPTION = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "sailthru.description",
)
_AUTHOR = (
    "author",
    "article:author_name",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "authors",
    "cxenseparse:author",
    "og:article:author",
    "citation_author",
)
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "article.published",
    "last-published",
    "datecreated",
    "citation_publication_date",
    "iso-8601-publish-date",
)
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "article:modified",
    "datemodified",
    "dcterms.modified",
    "last-",
    "modified",
    "lastmod",
    "revised",
)
_LANGUAGE = ("og:locale", "content-language", "dc.language", "dcterms.language", "language", "inlanguage")
_SECTION = ("article:section", "og:section", "parsely-section", "cxenseparse:category", "section")
_SITE = (
    "og:site_name",
    "application-name",
    "twitter:site",
    "publisher",
    "dc.publisher",
    "article:publisher",
    "copyright",
    "author-site",
)
_TIER = ("article:content_tier", "og:content_tier", "content_tier", "access", "cxenseparse:paywall")
_TIER_PAID = frozenset({"locked", "metered", "paid", "premium", "subscriber", "subscribers"})

Metas = dict[str, list[str]]


def read_metas(tree: HtmlElement) -> Metas:
    """All `meta` contents of a page by lower-case name, property or itemprop, in page order."""
    metas: Metas = {}
    for element in tree.iter("meta"):
        content = one_line(element.get("content"))
        if content is None:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for key in (element.get(attribute) or "").lower().split():
                metas.setdefault(key, []).append(content)
    return metas


def claims_of(tree: HtmlElement, metas: Metas) -> Claims:
    """What the head of a page says about its article."""
    return Claims(
        title=next(_values(metas, _TITLE), None),
        description=next(_values(metas, _DESCRIPTION), None),
        authors=tuple(_authors(metas)),
        published=next(_values(metas, _PUBLISHED), None),
        modified=next(_values(metas, _MODIFIED), None),
        language=next(_values(metas, _LANGUAGE), None),
        section=next(_values(metas, _SECTION), None),
        url=_canonical_link(tree) or next(_values(metas, ("og:url",)), None),
        site_names=tuple(dict.fromkeys(_values(metas, _SITE))),
        is_free=False if any(tier.lower() in _TIER_PAID for tier in _values(metas, _TIER)) else None,
        rank=HEAD_RANK,
        kinds=tuple(f"og:{kind.lower()}" for kind in _values(metas, ("og:type",))),
    )


def _values(metas: Metas, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from metas.get(name, ())


def _authors(metas: Metas) -> list[str]:
    """The values of the first name that holds a name: some hold addresses of profiles."""
    for name in _AUTHOR:
        values = [value for value in metas.get(name, ()) if not value.startswith(("http", "/", "@"))]
        if values:
            return values
    return []


def _canonical_link(tree: HtmlElement) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return one_line(link.get("href"), limit=2000)
    return None
