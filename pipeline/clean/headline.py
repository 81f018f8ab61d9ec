"""The title of a page."""

from collections.abc import Iterable

from lxml.html import HtmlElement

from pipeline.clean.claims import Claims, first
from pipeline.clean.paragraphs import paragraphs_of


def headline_of(tree: HtmlElement, claims: Iterable[Claims]) -> str | None:
    """The title claimed, without the site's name; else what trafilatura finds in the page."""
    title = first(claims, lambda c: c.title) or _found(tree)
    return " ".join(paragraphs_of(title)) or None if title else None


def _found(tree: HtmlElement) -> str | None:
    from trafilatura.metadata import extract_title  # 0.6 s to import

    return extract_title(tree)
