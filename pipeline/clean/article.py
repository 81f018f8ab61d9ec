"""Claims and paragraphs to an article: the one place where an `Article` is made."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.clean import markers
from pipeline.clean.addresses import canonical_url, publisher_of, url_key
from pipeline.clean.claims import Claims, every, first
from pipeline.clean.dates import settle_date
from pipeline.clean.identity import article_id, content_hash
from pipeline.clean.languages import language_of
from pipeline.clean.names import people
from pipeline.clean.paragraphs import count_words
from pipeline.records import Article, Capture

SHORT_PAID_CHARS = 1500  # a paid article with less text than this shows its teaser only


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before its claims are settled: `claims` in the order of trust."""

    url: str | None
    title: str | None
    paragraphs: tuple[str, ...]
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
        language=language_of(text, every(draft.claims, lambda c: c.language)),
        text=text,
        word_count=count_words(text),
        section=first(draft.claims, lambda c: c.section),
        is_paywalled=is_paywalled,
        is_truncated=_is_truncated(draft.paragraphs, is_paywalled),
        extractor=draft.extractor,
        content_hash=content_hash(draft.title, text),
        capture_id=capture.capture_id,
        notes=(*refused, *refused_too),
    )


def credited(claims: Iterable[Claims]) -> tuple[str, ...]:
    """The people of the first claim that names any."""
    claims = tuple(claims)
    sites = site_names(claims)
    return next((names for claim in claims if (names := people(claim.authors, sites))), ())


def site_names(claims: Iterable[Claims]) -> tuple[str, ...]:
    """All names that the publisher goes by."""
    return tuple(name for claim in claims for name in claim.site_names)


def _authors(claims: Iterable[Claims]) -> tuple[str, ...]:
    """The people credited; where nobody is, the newsroom if structured data credits it."""
    claims = tuple(claims)
    return credited(claims) or people(name for claim in claims for name in claim.newsroom)


def _is_paywalled(draft: Draft) -> bool:
    said = [claim.is_free for claim in draft.claims if claim.is_free is not None]
    return False in said or any(markers.PAYWALL.search(line) for line in draft.paragraphs[-3:])


def _is_truncated(paragraphs: tuple[str, ...], is_paywalled: bool) -> bool:
    """Cut by the publisher: the end says so, or a paid article is too short to be whole."""
    if not paragraphs:
        return False
    size = sum(len(line.encode()) for line in paragraphs)
    return bool(markers.CUT_END.search(paragraphs[-1][-200:])) or (is_paywalled and size < SHORT_PAID_CHARS)
