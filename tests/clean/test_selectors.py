"""The functions in the place of trafilatura's XPath expressions select what lxml selects, in that order."""

import importlib.util
from collections.abc import Callable, Iterable
from types import ModuleType

import pytest
import trafilatura.xpaths
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import XPath

from pipeline.clean.selectors import quicken, selector
from pipeline.clean.tree import HtmlElement, parse
from pipeline.clean.xpath import UnreadableError

QUICKENED = [
    "BODY_XPATH",
    "RAW_TREE_PRUNE_XPATH",
    "REMOVE_COMMENTS_AND_LISTS_XPATH",
    "REMOVE_COMMENTS_XPATH",
    "OVERALL_DISCARD_XPATH",
    "DISCARD_IMAGE_ELEMENTS",
    "TEASER_DISCARD_XPATH",
    "PRECISION_DISCARD_XPATH",
]
REGEXP = {"re": "http://exslt.org/regular-expressions"}


def unchanged() -> ModuleType:
    """Trafilatura's module of expressions, loaded once more: the one in use may be quickened."""
    spec = importlib.util.spec_from_file_location("unchanged_xpaths", trafilatura.xpaths.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXPRESSIONS: list[XPath] = [expression for name in QUICKENED for expression in getattr(unchanged(), name)]
PAIRS = [(selector(expression.path), expression) for expression in EXPRESSIONS]

# What the expressions speak of, and what is near to it.
TAGS = [
    "div",
    "section",
    "article",
    "main",
    "aside",
    "p",
    "span",
    "ol",
    "list",
    "item",
    "details",
    "header",
    "h1",
]
TEXTS = [
    "",
    "post",
    "entry-content",
    "article ",
    "story-body",
    "FullText",
    "Main-content",
    "mainX",
    "Page-Content",
]
TEXTS += [
    "comments",
    "Commentary",
    "disqus_thread",
    "infinite-scroll",
    "mvp-post-add-box",
    "elementor-share-buttons",
]
TEXTS += [
    "cookie",
    "sharing",
    "x share-y",
    "sub-nav",
    "Navigation",
    "border:0",
    "display: none",
    "hidden",
    "true",
]
TEXTS += [
    "Teaser",
    "teaser",
    "link",
    "a link b",
    "permalink",
    "page-bottom",
    "caption",
    "reply-1",
    "ad-1",
    "x ad y",
]
NAMES = [
    "id",
    "class",
    "style",
    "role",
    "itemprop",
    "aria-hidden",
    "data-component",
    "data-lp-replacement-content",
]
ATTRIBUTES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), max_size=3)
LEAVES = st.tuples(st.sampled_from(TAGS), ATTRIBUTES, st.just(()))
NODES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(TAGS), ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=12,
)
Node = tuple[str, dict[str, str], Iterable["Node"]]


def markup_of(node: Node) -> str:
    tag, attributes, below = node
    written = "".join(f' {name}="{text}"' for name, text in attributes.items())
    return f"<{tag}{written}>{''.join(map(markup_of, below))}text</{tag}>"


def tree_of(markup: str) -> HtmlElement:
    tree = parse(f"<html><body>{markup}</body></html>")
    assert tree is not None
    return tree


def assert_same(
    select: Callable[[HtmlElement], Iterable[HtmlElement]], lxml: XPath, tree: HtmlElement
) -> None:
    for below in (tree, *tree.iter("article", "main")):
        assert list(select(below)) == lxml(below)


@given(st.lists(NODES, max_size=6))
def test_the_same_elements_of_any_tree(nodes: list[Node]) -> None:
    tree = tree_of("".join(map(markup_of, nodes)))
    for select, lxml in PAIRS:
        assert_same(select, lxml, tree)


@pytest.mark.parametrize(
    ("expression", "markup", "found"),
    [
        (".//p", "<p>a<p>b", 2),
        (".//*[@id]", "<p id=''>a<p>b", 1),
        (".//*[self::p][not(@id)]", "<p id=''>a<p>b<b>c</b>", 1),
        (".//*[self::div][.//h1]", "<div><div><h1>a</h1></div></div><div>b</div>", 2),
        (".//*[starts-with(@id|@class, 'a')]", "<p id=b class=a>x<p class=a id=b>y", 1),
        (".//*[re:test(@id|@class, 'a') or re:test(@id, 'b')]", "<p id=b class=a>x<p class=b id=a>y", 1),
        (
            ".//*[contains(translate(@class, 'AB', 'ab'), 'ab')]",
            "<p class=xAB>a<p class=aB>b<p class=ba>c",
            2,
        ),
        (".//*[re:test(@class, 'FULL', 'i')]", "<p class=full>a<p>b", 1),
        (".//*[self::p][1]", "<div><p>a<p>b</div><div><p>c</div>", 2),
        ("(.//*[self::p])[1]", "<div><p>a<p>b</div><div><p>c</div>", 1),
        ("(.//b)[1]|(.//i)[1]", "<i>a</i><b>b</b><b>c</b>", 2),
        (".//b|.//*[@class]", "<b>a</b><i class=x>b</i><b class=x>c</b>", 3),
    ],
)
def test_each_part_of_the_language(expression: str, markup: str, found: int) -> None:
    tree = tree_of(markup)
    selected = list(selector(expression)(tree))
    assert selected == XPath(expression, namespaces=REGEXP)(tree)
    assert len(selected) == found


@pytest.mark.parametrize(
    "expression",
    [
        "//p",
        ".//p/b",
        "./p",
        ".//p[2]",
        ".//p[1][@id]",
        ".//p[@id and @class]",
        ".//p[@id|@class='a']",
        ".//p[re:test(@id, 'a', 'x')]",
        ".//p[re:test(@id, 'a*')]",
        ".//p[contains(@id, '')]",
        ".//p[contains(translate(@id, 'ab', 'a'), 'a')]",
        ".//p[string-length(@id) > 3]",
        ".//p[last()]",
        "((.//p)[1])[1]",
        ".//p]",
        "",
        "§",
    ],
)
def test_what_is_not_known_is_not_guessed(expression: str) -> None:
    with pytest.raises(UnreadableError):
        selector(expression)


def test_trafilatura_uses_them() -> None:
    quicken()
    for name in QUICKENED:
        assert not any(isinstance(one, XPath) for one in getattr(trafilatura.xpaths, name))


def test_an_expression_in_no_known_form_stays() -> None:
    from pipeline.clean.selectors import quickened

    expression = XPath("//p[last()]")
    assert quickened(expression) is expression
