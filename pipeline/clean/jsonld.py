"""JSON-LD (schema.org) in a page: what publishers tell search engines about the article.

Source: https://schema.org/Article, https://www.w3.org/TR/json-ld11/ and the structured-data guides of search
engines. Blocks are often broken; repairs are few, linear, and bounded, for one page with a huge invalid block
must not cost a second.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.clean.addresses import MAX_URL_CHARS, url_key
from pipeline.clean.claims import Claims, one_line
from pipeline.clean.names import fold

Json = dict[str, object]

MAX_BLOCK_CHARS = 2_000_000  # read at all
MAX_REPAIR_CHARS = 300_000  # repaired when invalid
MAX_NODES = 5_000  # objects looked at in one page
MAX_DEPTH = 12
MAX_ARTICLES = 50  # nodes compared

ARTICLE_TYPES = frozenset(
    [
        "article",
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "askpublicnewsarticle",
        "backgroundnewsarticle",
        "opinionnewsarticle",
        "reviewnewsarticle",
        "satiricalarticle",
        "advertisercontentarticle",
        "report",
        "techarticle",
        "scholarlyarticle",
        "medicalscholarlyarticle",
        "socialmediaposting",
        "blogposting",
        "liveblogposting",
        "review",
    ]
)
_SITE_TYPES = frozenset(["newsmediaorganization", "organization", "website", "corporation"])

# The properties whose objects stand for themselves.
_NESTING = (
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "itemListElement",
    "item",
    "subjectOf",
    "author",
    "publisher",
    "hasPart",
)

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|(?://)?\s?\]\]>)\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')


@dataclass(frozen=True, slots=True)
class Graph:
    """All objects of a page's JSON-LD, in order, and by their `@id`."""

    nodes: tuple[Json, ...]
    by_id: dict[str, Json]


def read_graph(blocks: Iterable[str]) -> Graph:
    """The objects in the blocks of a page. What cannot be read is left out."""
    nodes: list[Json] = []
    for block in blocks:
        for node in _walk(_load(block), MAX_DEPTH):
            nodes.append(node)
            if len(nodes) >= MAX_NODES:
                break
    by_id: dict[str, Json] = {}
    for node in nodes:
        key = node.get("@id")
        if isinstance(key, str) and len(node) > len(by_id.get(key, {})):
            by_id[key] = node
    return Graph(tuple(nodes), by_id)


def _load(block: str) -> object:
    if len(block) > MAX_BLOCK_CHARS:
        return None
    try:
        return json.loads(block, strict=False)
    except (ValueError, RecursionError):
        return _repaired(block) if len(block) <= MAX_REPAIR_CHARS else None


def _repaired(block: str) -> object:
    """What can be read of an invalid block: without comments around it, trailing commas, what follows it."""
    text = _WRAPPING.sub("", block.strip()).strip().rstrip(";")
    if '"' not in text and "&quot;" in text:
        text = html.unescape(text)
    text = _BAD_ESCAPE.sub("", _TRAILING_COMMA.sub("", text)).lstrip()
    try:
        value: object = json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
    return value


def _walk(value: object, depth: int) -> Iterator[Json]:
    """Objects at any level that schema.org lets stand for themselves; parents before children."""
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        for key in _NESTING:
            if isinstance(value.get(key), dict | list):
                yield from _walk(value[key], depth - 1)


def types_of(node: Json) -> tuple[str, ...]:
    """The types of a node: lower-case, without the vocabulary's address."""
    return tuple(t.rpartition("/")[2].rpartition(":")[2].lower() for t in _strings(node.get("@type")))


def claims_of(graph: Graph, page_key: str | None) -> Claims:
    """What the graph says about the article of this page; no title and no date where it describes none."""
    articles = [node for node in graph.nodes if ARTICLE_TYPES.intersection(types_of(node))]
    sites = tuple(dict.fromkeys(_site_names(graph)))
    node = _own(articles, page_key)
    if node is None:
        others = (node for node in graph.nodes if node not in articles)
        return Claims(kinds=_kinds(others), site_names=sites, is_free=_is_free(graph.nodes))
    authors = tuple(_names(node.get("author") or node.get("creator"), graph))
    return Claims(
        title=one_line(_text(node.get("headline"))) or one_line(_text(node.get("name"))),
        description=one_line(_text(node.get("description"))),
        authors=authors,
        newsroom=tuple(name for name in authors if fold(name) in set(map(fold, sites))),
        published=one_line(_text(node.get("datePublished"))) or one_line(_text(node.get("dateCreated"))),
        modified=one_line(_text(node.get("dateModified"))),
        language=one_line(_text(node.get("inLanguage"))),
        section=one_line(_text(node.get("articleSection"))),
        url=one_line(_address(node), limit=MAX_URL_CHARS),
        site_names=sites,
        body=_body(node),
        is_free=_is_free(articles),
        kinds=_kinds(graph.nodes),
    )


def _kinds(nodes: Iterable[Json]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for node in nodes for kind in types_of(node)))


def _own(articles: list[Json], page_key: str | None) -> Json | None:
    """The node about this page: by its address, then by how much it says; the first among equals.

    Several nodes that all have other addresses are the teasers of an index page.
    """
    keys = [url_key(_address(node)) for node in articles[:MAX_ARTICLES]]
    if len(keys) > 1 and page_key is not None and all(key not in (None, page_key) for key in keys):
        return None

    def score(pair: tuple[Json, str | None]) -> tuple[bool, int]:
        says = sum(bool(pair[0].get(key)) for key in ("headline", "datePublished", "author", "articleBody"))
        return pair[1] == page_key, says

    best = max(zip(articles, keys, strict=False), key=score, default=None)
    return best[0] if best else None


def _address(node: Json) -> str | None:
    main = node.get("mainEntityOfPage")
    about = main.get("@id") or main.get("url") if isinstance(main, dict) else main
    for value in (node.get("url"), about, node.get("@id")):
        text = _text(value)
        if text and text.startswith("http"):
            return text
    return None


def _body(node: Json) -> str | None:
    body = node.get("articleBody")
    if isinstance(body, list):
        body = "\n".join(part for part in body if isinstance(part, str))
    return body if isinstance(body, str) and body.strip() else None


def _is_free(nodes: Iterable[Json]) -> bool | None:
    """False where any node, or a part of it, says that reading costs; None where nothing is said."""
    said = [node["isAccessibleForFree"] for node in nodes if "isAccessibleForFree" in node]
    if not said:
        return None
    return not any(value is False or str(value).strip().lower() in ("false", "no", "0") for value in said)


def _names(value: object, graph: Graph, depth: int = 3) -> Iterator[str]:
    """The names in an author property: strings, objects, references to objects, lists of all these."""
    if isinstance(value, list):
        for item in value[:50]:
            yield from _names(item, graph, depth)
    elif isinstance(value, dict) and depth:
        value = graph.by_id.get(str(value.get("@id")), value) if "name" not in value else value
        yield from _names(value.get("name"), graph, depth - 1)
    elif name := one_line(value):
        yield html.unescape(name)


def _site_names(graph: Graph) -> Iterator[str]:
    """The names of publishers and sites; an agency that is credited as author is none."""
    for node in graph.nodes:
        publishers = node.get("publisher")
        named = [node] if "website" in types_of(node) else []
        named += [
            item
            for item in (publishers if isinstance(publishers, list) else [publishers])
            if isinstance(item, dict)
        ]
        for site in named:
            full = graph.by_id.get(str(site.get("@id")), site) if "name" not in site else site
            yield from (name for value in _strings(full.get("name")) if (name := one_line(value)))


def _text(value: object) -> str | None:
    """A property as text: the first of a list, the value of a language-tagged object."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id") or value.get("name")
    return html.unescape(value) if isinstance(value, str) else None


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]
