"""Claims and paragraphs to an article: the one place where an `Article` is made."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.clean import markers
from pipeline.clean.addresses import canonical_url, publisher_of, url_key
from pipeline.clean.claims import ROW_RANK, Claims, every, first
from pipeline.clean.dates import settle_date
from pipeline.clean.identity import article_id, content_hash
from pipeline.clean.languages import language_of, tag_of
from pipeline.clean.names import people
from pipeline.clean.paragraphs import count_words
from pipeline.clean.wires import wire_of
from pipeline.records import Article, Capture

TEASER_BYTES = 1500  # of UTF-8: a paid article with less text than this, or one that calls to read on, is cut
ENDING_LINES = 3  # where paywalls and calls to read on stand


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before its claims are settled: `claims` in the order of trust.

    `ending` is the last lines as found, before those were taken out that are no part of the text.
    """

    url: str | None
    title: str | None
    paragraphs: tuple[str, ...]
    ending: tuple[str, ...]
    claims: tuple[Claims, ...]
    extractor: str


def settle(draft: Draft, capture: Capture) -> Article:
    """The article of a draft, with what was refused in its notes."""
    text = "\n".join(draft.paragraphs)
    canonical = canonical_url(first(draft.claims, lambda c: c.url), draft.url)
    published, refused = settle_date(
        "published_at", every(draft.claims, lambda c: c.published), capture.fetched_at
    )
    modified, refused_too = settle_date(
        "modified_at", every(draft.claims, lambda c: c.modified), capture.fetched_at
    )
    is_paywalled = _is_paywalled(draft)
    return Article(
        article_id=article_id(url_key(canonical), draft.title, text),
        url=draft.url,
        canonical_url=canonical,
        publisher=publisher_of(canonical),
        title=draft.title,
        authors=_authors(draft.claims),
        published_at=published,
        modified_at=modified,
        fetched_at=capture.fetched_at,
        language=_language(text, draft.claims),
        text=text,
        word_count=count_words(text),
        section=first(draft.claims, lambda c: c.section),
        is_paywalled=is_paywalled,
        is_truncated=_is_truncated(draft, is_paywalled),
        extractor=draft.extractor,
        content_hash=content_hash(draft.title, text),
        capture_id=capture.capture_id,
        notes=(*refused, *refused_too),
        wire=_wire(draft, canonical),
    )


def credited(claims: Iterable[Claims]) -> tuple[str, ...]:
    """The people of the first claim that names any."""
    claims = tuple(claims)
    sites = site_names(claims)
    return next((names for claim in claims if (names := people(claim.authors, sites))), ())


def site_names(claims: Iterable[Claims]) -> tuple[str, ...]:
    """All names that the publisher goes by."""
    return tuple(name for claim in claims for name in claim.site_names)


def _language(text: str, claims: tuple[Claims, ...]) -> str | None:
    """What the row says, else what the text tells, with the page's own word as a hint."""
    said = (tag_of(claim.language) for claim in claims if claim.rank == ROW_RANK and claim.language)
    return next(filter(None, said), None) or language_of(text, every(claims, lambda c: c.language))


def _authors(claims: Iterable[Claims]) -> tuple[str, ...]:
    """The people credited; where nobody is, the newsroom if structured data credits it."""
    claims = tuple(claims)
    return credited(claims) or people(name for claim in claims for name in claim.newsroom)


def _wire(draft: Draft, canonical: str | None) -> str | None:
    """The agency credited; some credit lines stand among the lines that are taken out of the text."""
    bylines = (name for claim in draft.claims for name in (*claim.authors, *claim.newsroom))
    return wire_of((*draft.paragraphs, *draft.ending), bylines, publisher_of(canonical))


def _is_paywalled(draft: Draft) -> bool:
    """Structured data says that reading costs, or the end of the text does."""
    said = [claim.is_free for claim in draft.claims if claim.is_free is not None]
    return False in said or any(markers.PAYWALL.search(line[-300:]) for line in draft.ending)


def _is_truncated(draft: Draft, is_paywalled: bool) -> bool:
    """Cut by the publisher: it breaks off in an ellipsis, or is short and either paid or calls to read on."""
    last = draft.paragraphs[-1][-200:]
    if markers.ELLIPSIS.search(last):
        return True
    calls = any(markers.CALL_TO_READ_ON.search(line[-200:]) for line in (last, *draft.ending))
    return (is_paywalled or calls) and sum(len(line.encode()) for line in draft.paragraphs) < TEASER_BYTES
