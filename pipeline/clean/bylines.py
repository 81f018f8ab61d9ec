"""The byline that readers see, for pages whose structured data names nobody.

Looked for in elements that say so (`rel=author`, `itemprop=author`, a class or id naming author or byline), then in
short lines that open with "By". Names must look like names: a byline's neighbours are roles, dates and buttons.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from pipeline.clean.names import is_person, opens_with_by, people
from pipeline.clean.tree import HtmlElement, text_of

_MAX_BYLINE_CHARS = 200
_MAX_LOOKED_AT = 60  # elements with such a class; pages of teasers have hundreds

_NAMED = re.compile(
    r"(?<![a-z])(?:author|byline|byl|autor|autoren|autore|auteur|writer|journalist|reporter|skribent)s?(?![a-z]*(?:image|img|photo|avatar|bio\b|box\b))",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"comment|related|teaser|recommend|footer|sidebar|widget|most-?read|promo", re.IGNORECASE
)
_TAGS = ("a", "address", "span", "div", "p", "li", "strong", "b", "em", "h3", "h4", "h5", "h6", "section", "ul", "footer", "cite")  # fmt: skip
_PLAIN_TAGS = ("p", "span", "div", "li", "address", "strong", "em", "h4", "h5", "h6")


def read_byline(tree: HtmlElement, site_names: Iterable[str]) -> tuple[str, ...]:
    """The people in the first byline of a page."""
    sites = tuple(site_names)
    marked = list(islice(_marked(tree), _MAX_LOOKED_AT))
    for element in marked:
        if names := _names_in(element, sites):
            others = (_names_in(other, sites) for other in marked if _is_beside(element, other))
            return tuple(dict.fromkeys((*names, *(name for more in others for name in more))))
    return next((names for line in _by_lines(tree) if (names := _persons([line], sites))), ())


def _marked(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter(*_TAGS):
        marks = " ".join(element.get(key) or "" for key in ("class", "id", "rel", "itemprop", "data-testid"))
        if len(marks) > 4 and _NAMED.search(marks) and not _is_elsewhere(element):
            yield element


def _is_elsewhere(element: HtmlElement) -> bool:
    """In comments, teasers or the sidebar, where other authors are named."""
    around = (element, *element.iterancestors())
    return any(
        parent.tag in ("aside", "nav")
        or _ELSEWHERE.search(f"{parent.get('class') or ''} {parent.get('id') or ''}")
        for parent in around
        if parent.tag not in ("body", "html")
    )


def _names_in(element: HtmlElement, sites: tuple[str, ...]) -> tuple[str, ...]:
    segments = [" ".join(text.split()) for text in element.itertext() if text.strip()]
    if sum(map(len, segments)) > _MAX_BYLINE_CHARS:
        return ()
    return _persons(segments, sites)


def _persons(lines: Iterable[str], sites: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in people(lines, sites) if is_person(name))


def _is_beside(element: HtmlElement, other: HtmlElement) -> bool:
    """The next name of the same list of authors."""
    if other is element or other.get("class") != element.get("class") or other.tag != element.tag:
        return False
    return len({_grandparent(element), _grandparent(other)}) == 1


def _grandparent(element: HtmlElement) -> HtmlElement | None:
    parent = element.getparent()
    return parent.getparent() if parent is not None else None


def _by_lines(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter(*_PLAIN_TAGS):
        start = element.text
        if (
            start
            and opens_with_by(start.lstrip()[:40])
            and len(line := text_of(element)) <= _MAX_BYLINE_CHARS // 2
        ):
            yield line
