"""The options that say what of an archive is wanted."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import parse_day
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.archive.wanted import Period, Wanted

CapturedFrom = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="Captured on or after this day or time.")
]
CapturedUntil = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Captured up to this day (included) or time.")
]
PublishedFrom = Annotated[
    str | None,
    typer.Option("--published-from", metavar="DAY", help="Published on or after this day or time."),
]
PublishedUntil = Annotated[
    str | None,
    typer.Option("--published-until", metavar="DAY", help="Published up to this day (included) or time."),
]
Publishers = Annotated[
    list[str] | None,
    typer.Option("--publisher", metavar="DOMAIN", help="Of this domain only; may be given again."),
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="CODE", help="In this language only (en, de); may be given again."),
]
MediaTypes = Annotated[
    list[str] | None,
    typer.Option("--media-type", metavar="TYPE", help="Of this type only (text/html); may be given again."),
]
Columns = Annotated[
    str | None,
    typer.Option("--columns", metavar="OURS=THEIRS,...", help="Names of columns: url=link,text=body."),
]
OURS = ("url", "title", "text", "html", "published_at", "fetched_at", "authors", "language", "section")


def wanted_of(
    captured: "Period",
    published: "Period",
    publishers: Sequence[str] | None,
    languages: Sequence[str] | None,
    media_types: Sequence[str] | None,
) -> "Wanted":
    """The filter that the options ask for. Raises UsageError where one of them makes no sense."""
    from pipeline.archive.wanted import Wanted

    return Wanted(
        captured,
        published,
        frozenset(_domain(one) for one in publishers or ()),
        frozenset(_language(one) for one in languages or ()),
        frozenset(_media_type(one) for one in media_types or ()),
    )


def period_of(since: str | None, until: str | None, name: str) -> "Period":
    """From a day until another one, included. Raises UsageError where they are no dates, or no period."""
    from pipeline.archive.wanted import Period

    begins = None if since is None else parse_day(since, f"--{name}from")[0]
    ends: datetime | None = None if until is None else parse_day(until, f"--{name}until")[1]
    if begins is not None and ends is not None and begins >= ends:
        raise UsageError(f"--{name}from {since} is not before --{name}until {until}; swap them")
    return Period(begins, ends)


def _domain(text: str) -> str:
    """A domain, or the one in an address."""
    from tld import is_tld

    from pipeline.archive.wanted import host_of

    host = host_of(text if "//" in text else f"//{text.strip()}")
    if not host or "." not in host:
        raise UsageError(f"--publisher: `{text}` is no domain; write example.org")
    if is_tld(host):
        raise UsageError(f"--publisher: `{text}` is a suffix that many share; write example.{host}")
    return host


def _language(text: str) -> str:
    code = text.strip().lower()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise UsageError(f"--language: `{text}` is no ISO 639-1 code; write en, de or fr")
    return code


def _media_type(text: str) -> str:
    kind, slash, rest = text.strip().lower().partition("/")
    if not (kind and slash and rest) or ";" in rest:
        raise UsageError(f"--media-type: `{text}` is no media type; write text/html")
    return f"{kind}/{rest}"


def columns_of(text: str | None) -> dict[str, str]:
    """Our names of columns with the names that a table has for them. Raises UsageError."""
    columns: dict[str, str] = {}
    for pair in text.split(",") if text else ():
        ours, equals, theirs = (one.strip() for one in pair.partition("="))
        if not equals or not theirs:
            raise UsageError(f"--columns: `{pair}` is no pair of names; write url=link,text=body")
        if ours not in OURS:
            raise UsageError(f"--columns: `{ours}` is no name of ours; these are: {', '.join(OURS)}")
        columns[ours] = theirs
    return columns
