"""An HTML page to an article, or to the reason why it is none. One tree, parsed once, is shared by all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.clean import jsonld, meta
from pipeline.clean.addresses import canonical_url, clean_url, url_key
from pipeline.clean.article import ENDING_LINES, Draft, credited, settle, site_names
from pipeline.clean.bodytext import extractor_name, main_text
from pipeline.clean.bylines import read_byline
from pipeline.clean.claims import Claims, every
from pipeline.clean.furniture import without_furniture
from pipeline.clean.headline import headline_of
from pipeline.clean.names import people
from pipeline.clean.pagedates import with_page_date
from pipeline.clean.paragraphs import paragraphs_of
from pipeline.clean.rejects import Candidate, needs_script, why_no_article
from pipeline.clean.standfirst import with_standfirst
from pipeline.clean.tree import HtmlElement, count_elements, has_monstrous_tag, parse, texts_of
from pipeline.dispositions import Reason
from pipeline.records import Article, Capture, Dropped

MAX_ELEMENTS = 100_000  # the longest live blogs have 30,000; at the limit a page takes some five seconds

_JSON_LD = re.compile(r"ld\+json", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of a page's article, and the last lines as they were found."""

    paragraphs: tuple[str, ...]
    ending: tuple[str, ...]


def clean_page(
    capture: Capture, markup: str, url: str | None, row: Claims | None = None
) -> Article | Dropped:
    """The article in a page; what the `row` claims that brought the page wins over what the page says."""
    tree = _bounded_tree(markup)
    if isinstance(tree, Dropped):
        return tree
    claims = (*((row,) if row else ()), *read_claims(tree, url))
    if not credited(claims):
        claims = (*claims, Claims(authors=read_byline(tree, site_names(claims))))
    claims = with_page_date(tree, claims, capture)
    title = headline_of(tree, claims, url)
    is_scripted = needs_script(tree)  # before the scripts are taken out
    body = read_body(tree, title, claims)
    refused = why_no_article(Candidate(url, title, body.paragraphs, claims, is_scripted))
    if refused is not None:
        return Dropped("clean", *refused)
    return settle(Draft(url, title, body.paragraphs, body.ending, claims, extractor_name()), capture)


def _bounded_tree(markup: str) -> HtmlElement | Dropped:
    """The tree of a page that is HTML and of a size that costs seconds at most."""
    if has_monstrous_tag(markup):
        return Dropped("clean", Reason.TOO_LARGE, "a tag with thousands of attributes")
    tree = parse(markup)
    if tree is None:
        return Dropped("clean", Reason.NOT_HTML, "no element in it")
    if (count := count_elements(tree)) > MAX_ELEMENTS:
        return Dropped("clean", Reason.TOO_LARGE, f"{count} elements, more than {MAX_ELEMENTS}")
    return tree


def read_body(tree: HtmlElement, title: str | None, claims: tuple[Claims, ...]) -> Body:
    """The article's text: the main text, without furniture, with its standfirst."""
    titles = (title or "", *every(claims, lambda c: c.title), *texts_of(tree, "h1"))
    authors = tuple(name for claim in claims for name in people(claim.authors))
    descriptions = tuple(every(claims, lambda c: c.description))
    found = main_text(tree)
    lines = with_standfirst(tree, without_furniture(found, titles, authors), descriptions)
    return Body(_rescued(lines, claims), tuple(found[-ENDING_LINES:]))


def read_claims(tree: HtmlElement, url: str | None) -> tuple[Claims, ...]:
    """JSON-LD, then the head's meta elements, then the language attribute."""
    metas = meta.read_metas(tree)
    head = meta.claims_of(tree, metas)
    graph = jsonld.read_graph(_json_blocks(tree))
    linked = jsonld.claims_of(graph, url_key(canonical_url(head.url, url)))
    address = Claims(url=clean_url(head.url, base=url))  # the canonical link outranks the address in JSON-LD
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return address, linked, head, Claims(language=language)


def _json_blocks(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if _JSON_LD.search(script.get("type") or "") and (text := script.text):
            yield text


def _rescued(paragraphs: tuple[str, ...], claims: tuple[Claims, ...]) -> tuple[str, ...]:
    """The `articleBody` of a page that draws its text by script; else the paragraphs found."""
    body = next((c.body for c in claims if c.body), None)
    if body is None:
        return paragraphs
    stated = tuple(paragraphs_of(body))
    return stated if sum(map(len, stated)) > 2 * sum(map(len, paragraphs)) else paragraphs
