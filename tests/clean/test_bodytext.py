"""Trafilatura without the copies that nothing reads gives the text that it gives with them."""

import importlib.util
from copy import deepcopy
from types import ModuleType

import pytest
import trafilatura.core
from lxml.etree import tostring
from trafilatura.settings import Extractor

from pipeline.clean.bodytext import spare_copies
from pipeline.clean.tree import HtmlElement, parse
from tests.clean.pages import BODY, PARAGRAPHS, page

COMMENTS = '<div id="comments"><ul><li class="comment"><p>I have crossed it twice since.</p></li></ul></div>'
LINKS = '<div class="related"><ul>' + '<li><a href="/x">Ferry timetable changes</a></li>' * 9 + "</ul></div>"
FORUM = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
TABLE = "<table><tr><td>Steel</td><td>forty beams</td></tr></table>"
PAGES = {
    "an article": page(body=BODY),
    "with comments and links": page(body=BODY + TABLE + LINKS + COMMENTS),
    "a forum": page(FORUM, body=BODY + COMMENTS),
    "short": page(body=f"<p>{PARAGRAPHS[0]}</p>"),
    "without paragraphs": page(body=f"<div>{PARAGRAPHS[0]}<br>{PARAGRAPHS[1]}</div>" + LINKS),
    "without text": page(body=LINKS),
}


def unchanged() -> ModuleType:
    """Trafilatura's module once more: in the one in use the copies may be spared."""
    spec = importlib.util.spec_from_file_location("trafilatura.unchanged_core", trafilatura.core.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


UNCHANGED = unchanged()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("focus", ["precision", "balanced"])
@pytest.mark.parametrize("comments", [True, False])
def test_the_text_is_the_same_and_the_page_as_it_was(
    name: str, fast: bool, focus: str, comments: bool
) -> None:
    spare_copies()
    tree = tree_of(PAGES[name])
    before = deepcopy(tree)
    options = Extractor(fast=fast, precision=focus == "precision", comments=comments)
    expected = UNCHANGED.bare_extraction(deepcopy(tree), options=options)
    found = trafilatura.core.bare_extraction(tree, options=options)
    assert text_of(found) == text_of(expected)
    assert source_of(tree) == source_of(before)


def tree_of(markup: str) -> HtmlElement:
    tree = parse(markup)
    assert tree is not None
    return tree


def text_of(document: object) -> str | None:
    return getattr(document, "text", None)


def source_of(tree: HtmlElement) -> bytes:
    return bytes(tostring(tree))
