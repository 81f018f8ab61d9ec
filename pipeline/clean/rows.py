"""One row of JSON lines to an article: what the row claims wins over what is derived."""

import json

from pipeline.clean.addresses import clean_url
from pipeline.clean.article import ENDING_LINES, Draft, settle
from pipeline.clean.claims import ROW_RANK, Claims, one_line
from pipeline.clean.page import clean_page
from pipeline.clean.paragraphs import paragraphs_of
from pipeline.dispositions import Reason
from pipeline.records import Article, Capture, Dropped

Row = dict[str, object]


def clean_row(capture: Capture, line: str, url: str | None) -> Article | Dropped:
    """The article in a row `{"url"?, "title"?, "text" | "html", "published_at"?, "authors"?, ...}`."""
    row = _load(line)
    if row is None:
        return Dropped("clean", Reason.INVALID_JSON, f"no JSON object: {line[:60]!r}")
    claims = _claims_of(row)
    url = (clean_url(claims.url) and claims.url) or url
    text, markup = row.get("text"), row.get("html")
    if isinstance(text, str) and (paragraphs := paragraphs_of(text)):
        ending = tuple(paragraphs[-ENDING_LINES:])
        return settle(Draft(url, claims.title, tuple(paragraphs), ending, (claims,), "text"), capture)
    if isinstance(markup, str) and markup.strip():
        return clean_page(capture, markup, url, claims)
    return Dropped("clean", Reason.NO_TEXT, "neither `text` nor `html` in the row")


def _load(line: str) -> Row | None:
    try:
        value = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _claims_of(row: Row) -> Claims:
    return Claims(
        rank=ROW_RANK,
        title=one_line(row.get("title")),
        authors=tuple(_authors(row.get("authors") or row.get("author"))),
        published=_stamp(row.get("published_at")),
        modified=_stamp(row.get("modified_at")),
        language=one_line(row.get("language")),
        section=one_line(row.get("section")),
        url=one_line(row.get("url"), limit=2000),
    )


def _authors(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [name for item in values if (name := one_line(item))]


def _stamp(value: object) -> str | None:
    """A date as text; numbers are seconds or milliseconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if abs(value) < 1e14 else None
    return one_line(value)
