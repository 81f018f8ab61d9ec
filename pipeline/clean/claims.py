"""What a page or a row says about its article: strings as found, nothing believed yet.

JSON-LD ──┐
meta ─────┼─> Claims, in the order of trust ── settle (article.py) ──> Article
the row ──┘
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline.clean.paragraphs import sound

HEAD_RANK, ROW_RANK = 1, 2
MAX_CLAIM_CHARS = 1000  # of a title, a name, a date: what is longer is no such thing


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one origin. Dates are strings as written; `site_names` name the publisher, not people."""

    title: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    url: str | None = None
    site_names: tuple[str, ...] = ()
    body: str | None = None
    is_free: bool | None = None
    kinds: tuple[str, ...] = ()  # schema.org types and og:type, lower-case
    newsroom: tuple[str, ...] = ()  # the publisher itself, where structured data credits it as an author
    rank: int = 0  # whose title comes first: HEAD_RANK before JSON-LD, ROW_RANK before all


def first(claims: Iterable[Claims], pick: Callable[[Claims], str | None]) -> str | None:
    """The first claim that holds something."""
    return next(every(claims, pick), None)


def every(claims: Iterable[Claims], pick: Callable[[Claims], str | None]) -> Iterator[str]:
    """All claims that hold something, in the order of trust."""
    return (value for value in map(pick, claims) if value)


def one_line(value: object, limit: int = MAX_CLAIM_CHARS) -> str | None:
    """A claim as one line of text, or None where it is no string, empty or too long to be one."""
    if not isinstance(value, str) or len(value) > 4 * limit:
        return None
    line = " ".join(sound(value).split())
    return line if 0 < len(line) <= limit else None
