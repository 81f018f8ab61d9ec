"""What is no article, and why: each test looks at a page whose text is short or shaped like a list."""

from dataclasses import dataclass

from pipeline.clean import markers
from pipeline.clean.addresses import is_front
from pipeline.clean.claims import Claims
from pipeline.clean.jsonld import ARTICLE_TYPES
from pipeline.clean.paragraphs import count_words
from pipeline.clean.tree import HtmlElement
from pipeline.dispositions import Reason

MIN_CHARS = 80  # of text: one sentence; CJK counts double
SHORT_CHARS = 900  # texts above it are not taken for walls or errors
WORDS_A_CONSENT = 25  # a wall speaks of cookies and consent at least once in so many words
_HEADLINE_CHARS = 120
_MIN_HEADLINES = 6
_HEADLINE_SHARE = 0.7
_STOPS = ".!?。！？।۔…\"”»’':"
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
    if _is_index(page):
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
    about_consent = len(markers.CONSENT.findall(text))
    is_dense = about_consent >= 3 and about_consent * WORDS_A_CONSENT >= count_words(text)
    if is_dense or (about_consent and markers.CONSENT.search(title) and not _claims_article(page.claims)):
        return Reason.CONSENT_WALL, title[:100] or "a page about cookies and consent"
    return None


def _is_index(page: Candidate) -> bool:
    """A front page; a page that calls itself a collection; one that shows headlines and names no date."""
    kinds = {kind for claims in page.claims for kind in claims.kinds}
    if "og:article" in kinds:
        return False
    if page.url and is_front(page.url):
        return True
    return not _claims_article(page.claims) and (bool(kinds & _INDEX_TYPES) or _is_listing(page.paragraphs))


def _is_listing(paragraphs: tuple[str, ...]) -> bool:
    """Mostly headlines: short lines without a closing stop."""
    short = sum(len(line) < _HEADLINE_CHARS and line[-1] not in _STOPS for line in paragraphs)
    return len(paragraphs) >= _MIN_HEADLINES and short > _HEADLINE_SHARE * len(paragraphs)


def _claims_article(claims: tuple[Claims, ...]) -> bool:
    """Structured data or the head call the page an article."""
    return any("og:article" in c.kinds or ARTICLE_TYPES.intersection(c.kinds) for c in claims)


def needs_script(tree: HtmlElement) -> bool:
    """Whether a page without text would have one in a browser."""
    scripts = sum(1 for _ in tree.iter("script"))
    told = any(markers.SCRIPT_NEEDED.search(note.text_content()[:2000]) for note in tree.iter("noscript"))
    return told or scripts >= 2
