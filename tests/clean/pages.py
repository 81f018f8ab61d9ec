"""Captures and pages to clean: invented publishers, invented news."""

import json
from datetime import UTC, datetime

from pipeline.clean import clean
from pipeline.dispositions import Reason
from pipeline.records import Article, Capture, Dropped

FETCHED_AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
URL = "https://www.example.org/news/bridge-reopens-1234"

PARAGRAPHS = (
    "The old bridge over the Linden reopened on Monday after eleven months of repairs, the city said.",
    "“We are relieved that the work is done,” said the head of the roads department, who cut a ribbon.",
    "Engineers replaced forty steel beams and renewed the deck, closed since a barge struck a pier.",
    "The repairs cost nine million, a third more than planned, for the river stood high most of the winter.",
    "Cyclists gain a lane of their own on the northern side, and buses cross every ten minutes again.",
    "A second phase, with new lamps and a wider footpath, is to begin after the holidays, the plans say.",
)
BODY = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)


def capture(
    media_type: str = "text/html",
    url: str | None = URL,
    status: int | None = 200,
    charset: str | None = None,
    fetched_at: datetime = FETCHED_AT,
) -> Capture:
    return Capture("capture-1", url, url, fetched_at, status, media_type, charset, "0" * 64)


def page(
    head: str = "", body: str = BODY, lang: str = "en", headline: str = "Bridge reopens to traffic"
) -> str:
    """A page as publishers build them: head, navigation, article, footer."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>'
        '<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>'
        f"<main><article><h1>{headline}</h1>{body}</article></main>"
        "<footer><p>Example Media, 1 Example Square</p></footer></body></html>"
    )


def json_ld(*nodes: object) -> str:
    """Script elements with structured data."""
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def news(**properties: object) -> dict[str, object]:
    """A NewsArticle of schema.org."""
    return {"@context": "https://schema.org", "@type": "NewsArticle", **properties}


def cleaned(payload: str | bytes, **about: object) -> Article:
    """The article in a payload that must have one."""
    result = clean(capture(**about), payload.encode() if isinstance(payload, str) else payload)  # type: ignore[arg-type]
    assert isinstance(result, Article), result
    return result


def reason(payload: str | bytes, **about: object) -> Reason:
    """Why a payload that must be refused is."""
    result = clean(capture(**about), payload.encode() if isinstance(payload, str) else payload)  # type: ignore[arg-type]
    assert isinstance(result, Dropped), result
    assert result.stage == "clean"
    assert result.detail
    assert "\n" not in result.detail
    return result.reason
