"""An HTML page to an article, or to the reason why it is none. One tree, parsed once, is shared by all."""

import re
from collections.abc import Iterator

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.clean import jsonld, meta
from pipeline.clean.addresses import canonical_url, clean_url, url_key
from pipeline.clean.article import Draft, settle
from pipeline.clean.bodytext import main_text
from pipeline.clean.claims import Claims
from pipeline.clean.headline import headline_of
from pipeline.clean.paragraphs import paragraphs_of
from pipeline.clean.rejects import Candidate, why_no_article
from pipeline.dispositions import Reason
from pipeline.records import Article, Capture, Dropped

_ELEMENT = re.compile(r"<(?:!doctype|[a-z][a-z0-9]*)[\s/>]", re.IGNORECASE)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_JSON_LD = re.compile(r"ld\+json", re.IGNORECASE)


def clean_page(
    capture: Capture, markup: str, url: str | None, row: Claims | None = None
) -> Article | Dropped:
    """The article in a page; what the `row` claims that brought the page wins over what the page says."""
    tree = parse(markup)
    if tree is None:
        return Dropped("clean", Reason.NOT_HTML, "no element in it")
    claims = (*((row,) if row else ()), *read_claims(tree, url))
    title = headline_of(tree, claims)
    body = main_text(tree)
    paragraphs = _rescued(body.paragraphs, claims)
    refused = why_no_article(Candidate(tree, url, title, paragraphs, claims))
    if refused is not None:
        return Dropped("clean", *refused)
    return settle(Draft(url, title, paragraphs, claims, body.extractor), capture)


def parse(markup: str) -> HtmlElement | None:
    """The tree of a page, None where there is no element. libxml2 cuts nesting at 256 levels."""
    if not _ELEMENT.search(markup):
        return None
    parser = HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    try:
        return document_fromstring(_NOT_IN_XML.sub("", markup).encode(), parser=parser)
    except LxmlError:
        return None


def read_claims(tree: HtmlElement, url: str | None) -> tuple[Claims, ...]:
    """JSON-LD, then the head's meta elements, then the language attribute."""
    metas = meta.read_metas(tree)
    head = meta.claims_of(tree, metas)
    graph = jsonld.read_graph(_json_blocks(tree))
    linked = jsonld.claims_of(graph, url_key(canonical_url(head.url, url)))
    address = Claims(url=clean_url(head.url, base=url))  # the canonical link outranks the address in JSON-LD
    return (
        address,
        linked,
        head,
        Claims(language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")),
    )


def _json_blocks(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if script.text and _JSON_LD.search(script.get("type") or ""):
            yield script.text


def _rescued(paragraphs: tuple[str, ...], claims: tuple[Claims, ...]) -> tuple[str, ...]:
    """The `articleBody` of a page that draws its text by script; else the paragraphs found."""
    body = next((c.body for c in claims if c.body), None)
    if body is None:
        return paragraphs
    stated = tuple(paragraphs_of(body))
    return stated if sum(map(len, stated)) > 2 * sum(map(len, paragraphs)) else paragraphs
