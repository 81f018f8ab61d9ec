"""Bodies in pieces: pages that set an article in several containers, with advertisements between them.

Extraction reads one container. The later ones are moved into the first if they are alike: the same tag and
class naming an article's body, inside the same article or main element, without a headline of their own.
"""

import re
from collections.abc import Iterable

from pipeline.clean.tree import HtmlElement

_BODY_CLASS = re.compile(
    r"(?:article|story|post|entry|main|news|art|content)[-_]{0,2}(?:body|content|text|copy)|body[-_]{0,2}(?:text|copy|container|content|article)|articlebody|storybody|postbody",
    re.IGNORECASE,
)
_PARTS = ("body", "content", "text", "copy")  # one of them is in each of these names; most names hold none
_TAGS = ("div", "section")
_MAX_PIECES = 60


def join_bodies(tree: HtmlElement) -> None:
    """Moves the pieces of a split body into the first one."""
    alike: dict[tuple[HtmlElement | None, str, str], list[HtmlElement]] = {}
    named: dict[str, bool] = {}  # class names recur
    for element in tree.iter(*_TAGS):
        name = element.get("class") or ""
        if name not in named:
            named[name] = _names_a_body(name)
        if (named[name] or element.get("itemprop") == "articleBody") and _holds_text(element):
            alike.setdefault((_home(element), element.tag, name), []).append(element)
    for pieces in alike.values():
        if 1 < len(pieces) <= _MAX_PIECES:
            _join(pieces)


def _names_a_body(name: str) -> bool:
    lower = name.lower()
    return any(part in lower for part in _PARTS) and _BODY_CLASS.search(name) is not None


def _join(pieces: list[HtmlElement]) -> None:
    first, *others = pieces
    for piece in others:
        if first not in piece.iterancestors():
            first.extend(list(piece))


def _home(element: HtmlElement) -> HtmlElement | None:
    return next(element.iterancestors("article", "main"), None)


def _holds_text(element: HtmlElement) -> bool:
    return _count(element.iterchildren("p")) >= 1 and next(element.iter("h1"), None) is None


def _count(elements: Iterable[HtmlElement]) -> int:
    return sum(1 for _ in elements)
