"""Dates of pages whose structured data and head have none: microdata, `time`, then htmldate's search."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC

from pipeline.clean.claims import Claims, every, one_line
from pipeline.clean.dates import EARLIEST, FUTURE_ALLOWANCE, settle_date
from pipeline.clean.tree import HtmlElement
from pipeline.records import Capture

_PUBLISHED = re.compile(r"publi|created|pubdate|posted", re.IGNORECASE)


def with_page_date(tree: HtmlElement, claims: tuple[Claims, ...], capture: Capture) -> tuple[Claims, ...]:
    """The claims, followed by what the body of the page says, if none of them has a believable date."""
    if settle_date("published_at", every(claims, lambda c: c.published), capture.fetched_at)[0]:
        return claims
    dates = (*_time_elements(tree), *_searched(tree, capture))
    return (*claims, *(Claims(published=date) for date in dates[:3]))


def _time_elements(tree: HtmlElement) -> Iterator[str]:
    """`itemprop=datePublished` anywhere, then the first `time` element that is marked as publication."""
    for element in tree.iter():
        if "datepublished" in (element.get("itemprop") or "").lower():
            yield from _stamp(element)
    for element in tree.iter("time"):
        if (
            _PUBLISHED.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}")
            or element.get("pubdate") is not None
        ):
            yield from _stamp(element)
            return


def _stamp(element: HtmlElement) -> Iterator[str]:
    date = one_line(element.get("datetime") or element.get("content"))
    if date:
        yield date


def _searched(tree: HtmlElement, capture: Capture) -> Iterator[str]:
    from htmldate import find_date  # with dateparser: half a second

    bounds = (EARLIEST, (capture.fetched_at + FUTURE_ALLOWANCE).astimezone(UTC))
    earliest, latest = (bound.date().isoformat() for bound in bounds)
    url = capture.final_url or capture.url
    try:
        found = find_date(tree, original_date=True, url=url, min_date=earliest, max_date=latest)
    except (ValueError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        logging.getLogger(__name__).debug("htmldate failed: %s", error)
        return
    if found:
        yield found
