"""What of an archive is wanted: by capture date, publisher and media type before anything is parsed, by
publication date and language once the article is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from pipeline.records import Article, Capture, Dropped


class Passed(StrEnum):
    """Why something that stands in an archive is passed over. It is counted, and in no table."""

    NO_CONTENT = "no_content"  # requests, metadata, what a tool says of itself
    REVISIT = "revisit"  # a note that a page was the same as before: its payload is not in it
    CAPTURED_AT = "captured_at"  # captured outside the dates
    PUBLISHER = "publisher"  # of another publisher
    MEDIA_TYPE = "media_type"  # of another media type
    PUBLISHED_AT = "published_at"  # published outside the dates, or nobody knows when
    LANGUAGE = "language"  # in another language, or in none that can be told
    NO_ARTICLE = "no_article"  # holds no article whose date or language could be known


LATE = (Passed.PUBLISHED_AT, Passed.LANGUAGE, Passed.NO_ARTICLE)  # what is known of an article only


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` (included) until `until` (not included); None for no bound."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime | None) -> bool:
        """Whether a time lies in it; one that nobody knows lies in a period without bounds only."""
        if at is None:
            return self == Period()
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter of a backfill; an empty one wants everything.

    `publishers` are domains: a page is of one if its host is it or a host below it. `languages` are ISO 639-1
    codes, `media_types` without parameters.
    """

    captured: Period = Period()
    published: Period = Period()
    publishers: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    media_types: frozenset[str] = frozenset()

    @property
    def is_late(self) -> bool:
        """Whether an article must be there before it can be told whether it is wanted."""
        return bool(self.languages) or self.published != Period()

    def refuses(self, url: str | None, at: datetime | None, media_type: str | None) -> Passed | None:
        """Why a capture is passed over before it is parsed; what is None is not known yet, and no reason."""
        if at is not None and not self.captured.holds(at):
            return Passed.CAPTURED_AT
        if self.publishers and not self._is_of_publisher(url):
            return Passed.PUBLISHER
        if media_type is not None and self.media_types and media_type not in self.media_types:
            return Passed.MEDIA_TYPE
        return None

    def refuses_capture(self, capture: Capture) -> Passed | None:
        """The same of a whole capture."""
        url = capture.final_url or capture.url
        return self.refuses(url, capture.fetched_at, capture.media_type)

    def refuses_row(self, capture: Capture) -> Passed | None:
        """The same of a row of a table, whose media type says nothing."""
        return self.refuses(capture.final_url or capture.url, capture.fetched_at, None)

    def refuses_article(self, article: Article | Dropped) -> Passed | None:
        """Why an article is passed over once it is there."""
        if not self.is_late:
            return None
        if isinstance(article, Dropped):
            return Passed.NO_ARTICLE
        if not self.published.holds(article.published_at):
            return Passed.PUBLISHED_AT
        if self.languages and article.language not in self.languages:
            return Passed.LANGUAGE
        return None

    def _is_of_publisher(self, url: str | None) -> bool:
        host = host_of(url)
        parts = host.split(".")
        return any(".".join(parts[at:]) in self.publishers for at in range(len(parts)))

    def __str__(self) -> str:
        """The filter in one line, which names its marks; the empty one is the empty text."""
        periods = (("captured", self.captured), ("published", self.published))
        told = [f"{name}={_told(one)}" for name, one in periods if one != Period()]
        lists = (
            ("publisher", self.publishers),
            ("language", self.languages),
            ("media_type", self.media_types),
        )
        told += [f"{name}={_joined(values)}" for name, values in lists if values]
        return " ".join(told)


ANYTHING = Wanted()


def host_of(url: str | None) -> str:
    """The host of an address, lower-case; "" where it has none."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _told(period: Period) -> str:
    since, until = (at.isoformat() if at else "" for at in (period.since, period.until))
    return f"{since}..{until}"


def _joined(values: Iterable[str]) -> str:
    return ",".join(sorted(values))
