"""Lists of subscriptions, in OPML 2.0 (opml.org/spec2.opml): what feed readers give and take."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from pipeline.acquire.discovery import feed_key
from pipeline.acquire.entries import absolute_url, language_tag, one_line
from pipeline.errors import SourceError

# Written by hand, mostly in addresses; libxml2 would drop the whole outline. In UTF-16 none matches.
_BARE_AMPERSAND = re.compile(rb"&(?![#\w]\w{0,30};|\0)(?<!\0&)")


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed as a list names it. `group` is the outline it stands in, such as a country or a folder."""

    feed_url: str
    html_url: str | None = None
    title: str | None = None
    language: str | None = None
    group: str | None = None


def read_opml(payload: bytes) -> list[Subscription]:
    """The feeds of a list in their order, each once. Raises SourceError where the bytes are no OPML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(_BARE_AMPERSAND.sub(b"&amp;", payload), parser)
    except (etree.LxmlError, ValueError) as error:
        raise SourceError(f"no OPML file: {error}") from error
    if root is None or str(root.tag).lower() != "opml":
        raise SourceError("no OPML file: it does not begin with <opml>")
    found: dict[str, Subscription] = {}
    for outline in root.iter("outline"):
        subscription = _subscription(outline)
        if subscription is not None:
            found.setdefault(feed_key(subscription.feed_url), subscription)
    return list(found.values())


def _subscription(outline: "etree._Element") -> Subscription | None:
    """The feed of one outline; None for a folder. Programs spell the attributes xmlUrl, xmlurl and xmlURL."""
    said = _attributes(outline)
    address = said.get("xmlurl", "").strip()
    if address.startswith("feed:"):  # feed://host/path and feed:https://host/path
        address = address[5:] if "://" in address[5:] else f"http:{address[5:]}"
    feed_url = absolute_url(address, "")
    if feed_url is None:
        return None
    above = outline.getparent()
    return Subscription(
        feed_url=feed_url,
        html_url=absolute_url(said.get("htmlurl"), ""),
        title=one_line(said.get("title")) or one_line(said.get("text")),
        language=language_tag(said.get("language")),
        group=_label(above) if above is not None and above.tag == "outline" else None,
    )


def _label(outline: "etree._Element") -> str | None:
    said = _attributes(outline)
    return one_line(said.get("text")) or one_line(said.get("title"))


def _attributes(element: "etree._Element") -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in element.attrib.items()}


def write_opml(subscriptions: Iterable[Subscription], title: str) -> bytes:
    """The list as a file, groups in the order in which they first occur."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    groups: defaultdict[str | None, list[Subscription]] = defaultdict(list)
    for one in subscriptions:
        groups[one.group].append(one)
    for group, members in groups.items():
        above = body if group is None else etree.SubElement(body, "outline", text=group)
        for one in members:
            etree.SubElement(above, "outline", _outline(one))
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8")) + b"\n"


def _outline(one: Subscription) -> dict[str, str]:
    said = {
        "type": "rss",
        "text": one.title or one.feed_url,
        "title": one.title,
        "xmlUrl": one.feed_url,
        "htmlUrl": one.html_url,
        "language": one.language,
    }
    return {name: value for name, value in said.items() if value}
