"""The main text of a page: trafilatura on the shared tree.

The fast pass keeps the structure-based extraction and leaves out the second opinions (readability, justext);
where it finds little, a full pass decides. DESIGN.md has the measurements.
"""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from lxml.etree import LxmlError
from lxml.html import HtmlElement

from pipeline.clean.paragraphs import paragraphs_of

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

SHORT_CHARS = 1000  # below which the fast pass is not believed alone


@dataclass(frozen=True, slots=True)
class BodyText:
    """The paragraphs of a page's main text and the name of what found them."""

    paragraphs: tuple[str, ...]
    extractor: str


def main_text(tree: HtmlElement) -> BodyText:
    """The main text of a page; no paragraphs where there is none. The tree is left as it was."""
    found = _extract(tree, fast=True)
    if sum(map(len, found)) < SHORT_CHARS:
        found = _extract(tree, fast=False) or found
    return BodyText(tuple(found), extractor_name())


class _Memory:
    """Counts what went through trafilatura, to empty its caches: they hold whole texts, 1,024 of any size."""

    LIMIT_CHARS = 20_000_000

    def __init__(self) -> None:
        self.chars = 0

    def note(self, chars: int) -> None:
        self.chars += chars
        if self.chars > self.LIMIT_CHARS:
            from trafilatura.meta import reset_caches

            reset_caches()
            self.chars = 0


_memory = _Memory()


@cache
def extractor_name() -> str:
    """What stands in `Article.extractor` for a page."""
    return f"trafilatura {version('trafilatura')}"


def _extract(tree: HtmlElement, fast: bool) -> list[str]:
    from trafilatura import bare_extraction  # 0.6 s to import

    try:
        document = bare_extraction(tree, options=_options(fast))
    except (LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return []  # trafilatura fails in such ways on broken trees; the page then counts as one without text
    text = getattr(document, "text", None) or ""
    _memory.note(len(text))
    return paragraphs_of(text)


@cache
def _options(fast: bool) -> "Extractor":
    from trafilatura.settings import Extractor

    return Extractor(
        output_format="python", fast=fast, comments=False, date_params={"max_date": "1990-01-01"}
    )
