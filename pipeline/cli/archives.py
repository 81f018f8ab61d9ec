"""Sources of a backfill: on this machine, on the network, lists of addresses; and the options they need."""

import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.ingest import existing
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.acquire.records import Fetched, ParsedFeed
    from pipeline.archive.parts import Part
    from pipeline.archive.wanted import Wanted
    from pipeline.records import Dropped
    from pipeline.work import Workers

    Parse = Callable[[Fetched], Awaitable[ParsedFeed | Dropped]]

Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE...", help="Files, folders, addresses, lists; - for standard input."),
]
Base = Annotated[
    str | None,
    typer.Option(
        "--base", metavar="ADDRESS", help="Where cc-news: and lists of paths are. \\[default: Common Crawl]"
    ),
]
Cdx = Annotated[
    str | None,
    typer.Option("--cdx", metavar="ADDRESS", help="CDX server of wayback:. \\[default: the Wayback Machine]"),
]
Replay = Annotated[
    str | None,
    typer.Option("--replay", metavar="ADDRESS", help="Where captures that --cdx lists are had."),
]


@dataclass(frozen=True, slots=True)
class Archives:
    """The sources that are there, of `named`; `base` as in `--base`."""

    sources: list[str]
    named: int
    settings: Settings
    wanted: "Wanted"
    base: str | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_at_hand(self) -> bool:
        """Whether all parts are known at once, so that it can be said how much is left."""
        from pipeline.acquire.list_schemes import is_list

        return not any(map(is_list, self.sources))

    def parts(self, workers: "Workers | None" = None) -> "Iterator[Part]":
        """All parts of the sources. With `workers` feeds and sitemaps are parsed there, within limits."""
        from pipeline.acquire.list_schemes import is_list
        from pipeline.acquire.remote import COMMON_CRAWL, Reach, is_remote, parts_of_remote
        from pipeline.archive.sources import list_parts

        network = self.settings.network
        for source in self.sources:
            if is_list(source):
                from pipeline.acquire.address_lists import Means, parts_of_list

                means = Means(self.settings.lists)
                means = means if workers is None else replace(means, parse=_parse_in(workers, self.settings))
                yield from parts_of_list(source, network, self.wanted, means)
            elif is_remote(source):
                reach = Reach(network, self.base or COMMON_CRAWL, self.settings.store)
                yield from parts_of_remote(source, reach, self.wanted, self.now)
            else:
                yield from list_parts(source, self.now)


def archives_of(sources: Sequence[str], settings: Settings, wanted: "Wanted", base: str | None) -> Archives:
    """The sources that are there; the others are named on stderr. Raises SourceError where none is there."""
    present = existing(sources, _is_there, "files, folders or addresses")
    return Archives(present, len(sources), settings, wanted, base)


def reaching(
    settings: Settings, contact: str, allow: list[str] | None, cdx: str | None, replay: str | None
) -> Settings:
    """The settings with what the options say of the network. Raises UsageError for a wrong --allow."""
    from pipeline.acquire.guard import allow_list

    network = replace(settings.network, contact=contact, allow=tuple(allow or ()))
    allow_list(network)  # before any process is started
    lists = settings.lists
    lists = replace(lists, cdx_url=cdx or lists.cdx_url, replay_url=replay or lists.replay_url)
    return replace(settings, network=network, lists=lists)


def is_elsewhere(source: str) -> bool:
    """Whether a source is no path on this machine."""
    from pipeline.acquire.list_schemes import is_list
    from pipeline.acquire.remote import is_remote

    return is_list(source) or is_remote(source)


def _is_there(source: str) -> bool:
    return is_elsewhere(source) or os.path.lexists(source)


def _parse_in(workers: "Workers", settings: Settings) -> "Parse":
    """Reads a feed or sitemap in a worker."""
    from pipeline.acquire.results import capture_of
    from pipeline.work import examine_feed

    async def parse(answer: "Fetched") -> "ParsedFeed | Dropped":
        limit = settings.limits.feed_seconds
        return await workers.submit(examine_feed, capture_of(answer), answer.payload, limit, "feed").wait()

    return parse
