"""The filter `newsflow find-duplicates`: rows in, one row out for each, in input order.

Each row sees only what came before it, and what was printed stays: `story_id` is the story the row joined,
named by the id of the first row of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.records import Relation
from pipeline.stories.matcher import Matcher
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import UNDATED, Match, Signed
from pipeline.stories.shingles import shingle


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one row. `duplicate_of` is None for the first of its text."""

    id: str
    story_id: str
    duplicate_of: str | None
    relation: Relation | None
    similarity: float | None
    containment: float | None


def find_duplicates(
    rows: Iterable[Mapping[str, object]], parameters: Parameters = DEFAULT
) -> Iterator[Found]:
    """Rows with `id`, `text` and optionally `title`, `published`, `publisher` -> a `Found` each.

    A row without a (readable) date stands at the latest date before it.
    """
    matcher = Matcher(parameters)
    latest = UNDATED
    for row in rows:
        at = _date(row.get("published"))
        latest = latest if at is None else max(latest, at)
        article = sign_row(row, at or latest, parameters)
        yield _found(article, matcher.add(article), matcher)


def sign_row(row: Mapping[str, object], at: datetime, parameters: Parameters = DEFAULT) -> Signed:
    """A row, signed."""
    text, title = _text(row.get("text")) or "", _text(row.get("title"))
    fingerprint, shingles = shingle(text, title, parameters)
    return Signed(str(row["id"]), at, _text(row.get("publisher")), fingerprint, shingles)


def _found(article: Signed, pairs: tuple[Match, ...], matcher: Matcher) -> Found:
    story_id = matcher.stories.root(article.id)
    best = next((pair for pair in pairs if pair.links), None)
    if best is None:
        return Found(article.id, story_id, None, None, None, None)
    other = best.duplicate_of if best.article_id == article.id else best.article_id
    return Found(article.id, story_id, other, best.relation, best.similarity, best.containment)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _date(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
