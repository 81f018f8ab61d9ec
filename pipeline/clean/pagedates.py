"""Dates of pages whose structured data and head have none: microdata, `time`, then htmldate's search."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import cache

from pipeline.clean.claims import Claims, every, one_line
from pipeline.clean.dates import EARLIEST, FUTURE_ALLOWANCE, settle_date
from pipeline.clean.tree import HtmlElement
from pipeline.records import Capture

_PUBLISHED = re.compile(r"publi|created|pubdate|posted", re.IGNORECASE)
# Languages whose dates are read out of a page's text: the most spoken ones, and those of Europe. htmldate has
# dateparser try each of its 205 on what looks like a date and is none: that took a worker a second and 41 MiB
# once, and 10 ms a string from then on, against .4 s, 19 MiB and 3 ms.
_LANGUAGES = (
    *("en", "ru", "es", "fr", "de", "ja", "tr", "pt", "fa", "it", "zh", "nl", "vi", "pl", "ar", "ko", "cs"),
    *("id", "uk", "el", "he", "th", "sv", "ro", "hu", "da", "fi", "sk", "bg", "sr", "nb", "hr", "lt", "sl"),
    *("ca", "et", "lv", "hi", "bn", "ur", "sw", "ta", "te", "mr", "ms", "af", "sq", "mk", "bs", "be", "hy"),
    *("ka", "az", "kk", "is", "ga", "mt", "eu", "gl", "cy"),
)


def with_page_date(tree: HtmlElement, claims: tuple[Claims, ...], capture: Capture) -> tuple[Claims, ...]:
    """The claims, followed by what the body of the page says, if none of them has a believable date."""
    if settle_date("published_at", every(claims, lambda c: c.published), capture.fetched_at)[0]:
        return claims
    dates = (*_time_elements(tree), *_searched(tree, capture))
    return (*claims, *(Claims(published=date) for date in dates[:3]))


@cache
def date_finder() -> Callable[..., str | None]:
    """htmldate's `find_date`, for dates in `_LANGUAGES`; loading it takes half a second."""
    from htmldate import find_date
    from htmldate.extractors import get_external_parser

    get_external_parser().languages = list(_LANGUAGES)
    return find_date


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
    bounds = (EARLIEST, (capture.fetched_at + FUTURE_ALLOWANCE).astimezone(UTC))
    earliest, latest = (bound.date().isoformat() for bound in bounds)
    url = capture.final_url or capture.url
    try:
        found = date_finder()(tree, original_date=True, url=url, min_date=earliest, max_date=latest)
    except (ValueError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        logging.getLogger(__name__).debug("htmldate failed: %s", error)
        return
    if found:
        yield found
