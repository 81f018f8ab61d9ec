"""The byline that readers see, for pages whose structured data names nobody.

Looked for in elements that say so (`rel=author`, `itemprop=author`, a class or id naming author or byline),
then in short lines that open with "By". Names must look like names: roles and dates stand beside them.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from pipeline.clean.names import is_person, opens_with_by, people
from pipeline.clean.tree import HtmlElement, text_of

_MAX_BYLINE_CHARS = 200
_MAX_ELEMENTS = 20_000
_ELEMENTS_BEFORE = 60  # of the kinds below, around the headline
_ELEMENTS_AFTER = 200
_MAX_LOOKED_AT = 60  # elements with such a class; pages of teasers have hundreds

_NAMED = re.compile(
    r"(?<![a-z])(?:author|byline|byl|autor|autoren|autore|auteur|writer|journalist|reporter|skribent)s?"
    r"(?![a-z]*(?:image|img|photo|avatar|bio\b|box\b))",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"comment|related|teaser|recommend|footer|sidebar|widget|most-?read|promo", re.IGNORECASE
)
_MARKS = frozenset(("class", "id", "rel", "itemprop", "data-testid"))
_TAGS = ("a", "address", "span", "div", "p", "li", "strong", "b", "em", "section", "ul", "footer", "cite")
_PLAIN_TAGS = ("p", "span", "div", "li", "address", "strong", "em", "h4", "h5", "h6")


def read_byline(tree: HtmlElement, site_names: Iterable[str]) -> tuple[str, ...]:
    """The people in the first byline near the headline of a page."""
    sites = tuple(site_names)
    near = _near_headline(tree)
    marked = list(islice(_marked(near), _MAX_LOOKED_AT))
    for element in marked:
        if names := _names_in(element, sites):
            others = (_names_in(other, sites) for other in marked if _is_beside(element, other))
            return tuple(dict.fromkeys((*names, *(name for more in others for name in more))))
    return next((names for line in _by_lines(near) if (names := _persons([line], sites))), ())


def _near_headline(tree: HtmlElement) -> list[HtmlElement]:
    """The elements around the first headline; other articles' bylines stand further down."""
    elements = list(islice(tree.iter(*_TAGS, "h1"), _MAX_ELEMENTS))
    at = next((number for number, element in enumerate(elements) if element.tag == "h1"), None)
    return elements if at is None else elements[max(0, at - _ELEMENTS_BEFORE) : at + _ELEMENTS_AFTER]


def _marked(elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    for element in elements:
        marks = " ".join([value for key, value in element.items() if key in _MARKS])
        if marks and _NAMED.search(marks) and not _is_elsewhere(element):
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


def _by_lines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    for element in elements:
        start = element.text
        if not start or element.tag not in _PLAIN_TAGS or not opens_with_by(start.lstrip()[:40]):
            continue
        line = text_of(element)
        if len(line) <= _MAX_BYLINE_CHARS // 2:
            yield line
