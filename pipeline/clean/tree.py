"""The tree of a page: parsed once, shared by all who look at it."""

import re
from collections.abc import Iterator

from lxml.etree import ElementDefaultClassLookup, HTMLParser, LxmlError, strip_elements
from lxml.html import HtmlElement, document_fromstring

__all__ = [
    "HtmlElement",
    "LxmlError",
    "count_elements",
    "has_monstrous_tag",
    "parse",
    "strip_elements",
    "text_of",
    "texts_of",
]

_LONG_TAG_CHARS = 50_000
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG_TAG_CHARS},}}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_ELEMENT = re.compile(r"<(?:!doctype|[a-z][a-z0-9]*)[\s/>]", re.IGNORECASE)
# Characters that no XML text may hold (XML 1.0, section 2.2), as UTF-8.
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
# One class for all elements: lxml.html's own parser asks a Python function for the class of each element that
# is looked at, half a million times over 219 pages.
_CLASSES = ElementDefaultClassLookup(element=HtmlElement)
_NONCHARACTERS = ("\ufffe", "\uffff")


def has_monstrous_tag(markup: str) -> bool:
    """Whether a tag has thousands of attributes: libxml2 compares each with each (100,000 take a minute).

    Long values, as of inline pictures and data, are quoted and do not count.
    """
    # A tag of so many characters spans one of these stretches whole, and begins in one before it.
    half = _LONG_TAG_CHARS // 2
    was_within = True
    for begin in range(0, len(markup) - half + 1, half):
        is_within = not _has_bracket(markup, begin, begin + half)
        if is_within and not was_within and _is_monstrous(markup, markup.rfind("<", begin - half, begin)):
            return True
        was_within = is_within
    return False


def _is_monstrous(markup: str, at: int) -> bool:
    tag = _LONG_TAG.match(markup, at) if at >= 0 else None
    return tag is not None and len(_QUOTED.sub("", tag[0])) >= _LONG_TAG_CHARS


def _has_bracket(markup: str, begin: int, end: int) -> bool:
    return markup.find("<", begin, end) >= 0 or markup.find(">", begin, end) >= 0


def parse(markup: str) -> HtmlElement | None:
    """The tree of a page, None where there is no element. libxml2 cuts nesting at 256 levels."""
    if not _ELEMENT.search(markup):
        return None
    parser = HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_CLASSES)
    try:
        return document_fromstring(_xml_bytes(markup), parser=parser)
    except LxmlError:
        return None


def _xml_bytes(markup: str) -> bytes:
    for character in _NONCHARACTERS:
        if character in markup:  # asking takes a tenth of the time of replacing
            markup = markup.replace(character, "")
    return markup.encode("utf-8", "replace").translate(None, _CONTROLS)


def count_elements(tree: HtmlElement) -> int:
    """How many elements a tree has."""
    return int(tree.xpath("count(//*)"))


def text_of(element: HtmlElement) -> str:
    """All text in an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def texts_of(tree: HtmlElement, *tags: str) -> Iterator[str]:
    """The texts of all elements of these kinds."""
    return (text for element in tree.iter(*tags) if (text := text_of(element)))
