"""Archives that are lists of addresses, told by how their name begins (list_schemes.py); each becomes parts.

    wayback:   the Wayback Machine, or another archive that speaks CDX      wayback.py, cdx.py
    sitemap:   a site's sitemaps                                            documents.py
    feed:      a feed with its further pages and archives (RFC 5005)        documents.py
    urls:      a file of addresses, or "-"                                  url_files.py
    gdelt:     what GDELT saw on some days                                  gdelt.py

Parts are read one after the other: what a host asked for in one of them holds in the next.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.acquire.clock import Clock, SystemClock
from pipeline.acquire.documents import Parse, parse_here, parts_of_feed, parts_of_sitemaps
from pipeline.acquire.gdelt import parts_of_days
from pipeline.acquire.guard import Resolve, resolve
from pipeline.acquire.list_schemes import FEED, SITEMAP, URLS, WAYBACK
from pipeline.acquire.patient import Reach
from pipeline.acquire.redact import redact
from pipeline.acquire.url_files import parts_of_file
from pipeline.acquire.wayback import parts_of_archive
from pipeline.archive.parts import Part
from pipeline.archive.wanted import Wanted
from pipeline.settings import Lists, Network


@dataclass(frozen=True, slots=True)
class Means:
    """What lists are read with, apart from the network. `hide` writes an address as tables hold it.

    `parse` reads a feed or sitemap: where bytes may be hostile, in a worker with limits.
    """

    lists: Lists = field(default_factory=Lists)
    hide: Callable[[str], str] = redact
    parse: Parse = parse_here
    clock: Clock = field(default_factory=SystemClock)
    resolver: Resolve = resolve


def parts_of_list(
    source: str, network: Network, wanted: Wanted, means: Means | None = None
) -> Iterator[Part]:
    """The parts of a list, in an order that stays; their versions say when a mark no longer counts.

    Raises UsageError for what is no such list, SourceError for one that cannot be had. Sitemaps and feeds
    are asked for between one part and the next.
    """
    means = means or Means()
    reach = Reach(network, means.lists, means.hide, means.clock, means.resolver)
    if source.startswith(WAYBACK):
        return parts_of_archive(source, reach, wanted)
    if source.startswith(SITEMAP):
        return parts_of_sitemaps(source, reach, means.parse)
    if source.startswith(FEED):
        return parts_of_feed(source, reach, means.parse)
    return parts_of_file(source, reach) if source.startswith(URLS) else parts_of_days(source, reach)
