"""The filter `newsflow find-duplicates`: rows in, one row out for each, in input order.

Each row sees only what came before it, and what was printed stays: `story_id` is the story the row joined,
named by the id of the first row of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.records import Relation
from pipeline.stories.fingerprints import sign_article
from pipeline.stories.matcher import Matcher
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Match, Signed

Row = Mapping[str, object]
_UNDATED = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one row. `duplicate_of` is None for the first of its text."""

    id: str
    story_id: str
    duplicate_of: str | None
    relation: Relation | None
    similarity: float | None
    containment: float | None


def find_duplicates(rows: Iterable[Row], parameters: Parameters = DEFAULT) -> Iterator[Found]:
    """Rows with `id`, `text` and optionally `title`, `published`, `publisher`, `url` -> a `Found` each.

    A row without a readable date stands at the latest date before it. Rows of one `url` are revisions of one
    article: one story, and no duplicates of each other.
    """
    matcher = Matcher(parameters)
    revisions = _Revisions()
    latest = _UNDATED
    for row in rows:
        at = _date(row.get("published"))
        latest = latest if at is None else max(latest, at)
        article = _sign(row, at or latest, parameters)
        pairs = [pair for pair in matcher.add(article) if not revisions.are_one(article.id, pair, row)]
        if (first := revisions.first(article.id, row)) is not None:
            matcher.stories.join(article.id, first)
        matcher.forget(article.at)
        yield _found(article, pairs, matcher)


class _Revisions:
    """Which rows have had the same URL."""

    def __init__(self) -> None:
        self._rows: dict[str, str] = {}
        self._urls: dict[str, str] = {}

    def first(self, name: str, row: Row) -> str | None:
        """The first row with this row's URL, if that was another one."""
        url = _text(row.get("url"))
        if not url:
            return None
        self._urls[name] = url
        first = self._rows.setdefault(url, name)
        return first if first != name else None

    def are_one(self, name: str, pair: Match, row: Row) -> bool:
        """Whether the other one of a pair is a revision of this row."""
        url = _text(row.get("url"))
        return bool(url) and self._urls.get(_other(name, pair)) == url


def _sign(row: Row, at: datetime, parameters: Parameters) -> Signed:
    text, title, publisher = (_text(row.get(key)) for key in ("text", "title", "publisher"))
    return sign_article(str(row["id"]), at, text or "", title, publisher, parameters)


def _found(article: Signed, pairs: list[Match], matcher: Matcher) -> Found:
    story_id = matcher.stories.root(article.id)
    best = next((pair for pair in pairs if pair.links), None)
    if best is None:
        return Found(article.id, story_id, None, None, None, None)
    other = _other(article.id, best)
    return Found(article.id, story_id, other, best.relation, best.similarity, best.containment)


def _other(name: str, pair: Match) -> str:
    return pair.duplicate_of if pair.article_id == name else pair.article_id


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _date(value: object) -> datetime | None:
    """A time with its zone (UTC where none is given); None where there is none to be read."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
