"""The standfirst: the opening lines that publishers set apart from the body, above picture and byline.

Extraction takes them for furniture. They are told by the page itself: they repeat its description (JSON-LD or
meta) in an element that readers see.
"""

from collections.abc import Iterable, Sequence

from pipeline.clean.tree import HtmlElement, text_of

_MIN_CHARS = 30
_MAX_CHARS = 700  # of a standfirst
_KEY_CHARS = 24  # of the description that must open the element
_OVERLAP_CHARS = 60  # of the standfirst, whose presence in the text shows that it is there already
_TAGS = ("p", "h2", "h3", "h4", "div", "span", "strong", "em", "b", "li")


def with_standfirst(tree: HtmlElement, lines: Sequence[str], descriptions: Iterable[str]) -> tuple[str, ...]:
    """The lines, opened by the standfirst if the page shows one that is missing from them."""
    text = _fold(" ".join(lines[:12]))
    for description in descriptions:
        if len(description) < _MIN_CHARS or _fold(description)[:_OVERLAP_CHARS] in text:
            continue
        found = _shown(tree, description)
        if found and _fold(found)[:_OVERLAP_CHARS] not in text:
            return (found, *lines)
    return tuple(lines)


def _shown(tree: HtmlElement, description: str) -> str | None:
    """The text of the element that opens like the description."""
    key = _fold(description)[:_KEY_CHARS]
    for element in tree.iter(*_TAGS):
        start = element.text
        if start and len(start) > _KEY_CHARS and _fold(start[:200])[:_KEY_CHARS] == key:
            text = text_of(element)
            if _MIN_CHARS <= len(text) <= _MAX_CHARS:
                return text
    return None


def _fold(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").casefold().split())
