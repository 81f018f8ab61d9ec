"""What is no article, and why: each test looks at a page whose text is short or shaped like a list."""

from dataclasses import dataclass

from pipeline.clean import markers
from pipeline.clean.addresses import is_front
from pipeline.clean.claims import Claims
from pipeline.clean.jsonld import ARTICLE_TYPES
from pipeline.clean.tree import HtmlElement
from pipeline.dispositions import Reason

MIN_CHARS = 80  # of text: one sentence; CJK counts double
SHORT_CHARS = 900  # texts above it are not taken for walls or errors
_INDEX_TYPES = frozenset(["collectionpage", "searchresultspage", "itemlist", "profilepage"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a page when it must be told whether it is an article."""

    url: str | None
    title: str | None
    paragraphs: tuple[str, ...]
    claims: tuple[Claims, ...]
    is_scripted: bool


def why_no_article(page: Candidate) -> tuple[Reason, str] | None:
    """The reason why a page is no article, and a line for people; None if it is one."""
    size = _size(page.paragraphs)
    if size < SHORT_CHARS and (found := _wall(page)):
        return found
    if _is_index(page, size):
        return Reason.INDEX_PAGE, "a front page, a section or a list of links"
    if size >= MIN_CHARS:
        return None
    if page.is_scripted:
        return Reason.SCRIPT_ONLY, "the page holds scripts and no text"
    return Reason.NO_ARTICLE, f"{size} characters of text"


def _size(paragraphs: tuple[str, ...]) -> int:
    return sum(len(line.encode()) if not line.isascii() else len(line) for line in paragraphs)


def _wall(page: Candidate) -> tuple[Reason, str] | None:
    """Walls and errors say so in their title, or in a text that is hardly there."""
    title = page.title or ""
    text = " ".join(page.paragraphs)
    if markers.ERROR.search(title) and not _claims_article(page.claims):
        return Reason.ERROR_PAGE, title[:100]
    consent = len(markers.CONSENT.findall(f"{title} {text}"))
    if consent >= 3 or (consent and markers.CONSENT.search(title) and not _claims_article(page.claims)):
        return Reason.CONSENT_WALL, title[:100] or "a page about cookies and consent"
    return None


def _is_index(page: Candidate, size: int) -> bool:
    if _claims_article(page.claims):
        return False
    kinds = {kind for claims in page.claims for kind in claims.kinds}
    if page.url and is_front(page.url):
        return True
    return bool(kinds & _INDEX_TYPES) or (
        "og:website" in kinds and size < SHORT_CHARS and _is_listing(page.paragraphs)
    )


def _is_listing(paragraphs: tuple[str, ...]) -> bool:
    """Mostly headlines: short lines without a closing stop."""
    short = sum(len(line) < 120 and line[-1] not in '.!?。！？”"»' for line in paragraphs)
    return short > 0.7 * len(paragraphs)


def _claims_article(claims: tuple[Claims, ...]) -> bool:
    return any("og:article" in c.kinds or ARTICLE_TYPES.intersection(c.kinds) or c.published for c in claims)


def needs_script(tree: HtmlElement) -> bool:
    """Whether a page without text would have one in a browser."""
    scripts = sum(1 for _ in tree.iter("script"))
    told = any(markers.SCRIPT_NEEDED.search(note.text_content()[:2000]) for note in tree.iter("noscript"))
    return told or scripts >= 2
