"""Quotes: who said what, in which words, from the text alone.

1. marks.py      quote marks, told from apostrophes, elisions and measures
2. closers.py    which mark closes which
3. spans.py      marked spans, paragraph by paragraph, repaired where a mark is missing
"""

from pipeline.quotes.spans import find_spans, split_paragraphs
from pipeline.records import Quote


def extract_quotes(text: str, language: str | None = None) -> tuple[Quote, ...]:
    """The quotes of an article's text, in order; `language` is an ISO 639-1 code, None where unknown."""
    spans = find_spans(text, split_paragraphs(text))
    return tuple(
        Quote(n, "direct", text[span.start : span.end], span.start, span.end, None, None, None, None, None, 0.5)
        for n, span in enumerate(spans)
    )
