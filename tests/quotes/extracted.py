"""What tests of quotes compare: the parts of a quote that a person would write down."""

from pipeline.quotes import extract_quotes
from pipeline.quotes.lexicon import load_lexicon
from pipeline.quotes.spans import find_spans, split_paragraphs

Row = tuple[str, str, str | None]


def rows(text: str, language: str = "en") -> list[Row]:
    """Kind, words and speaker of each quote that has marks."""
    found = extract_quotes(text, language)
    return [(quote.kind, quote.text, quote.speaker) for quote in found if quote.kind != "indirect"]


def reported(text: str, language: str = "en") -> list[tuple[str, str | None]]:
    """Words and speaker of each indirect quote."""
    return [(q.text, q.speaker) for q in extract_quotes(text, language) if q.kind == "indirect"]


def speaker(text: str, language: str = "en") -> str | None:
    """The speaker of the only marked quote."""
    (row,) = rows(text, language)
    return row[2]


def speakers(text: str, language: str = "en") -> list[str | None]:
    """The speakers of all marked quotes."""
    return [row[2] for row in rows(text, language)]


def marked(text: str) -> list[str]:
    """What stands between marks, without judging it."""
    return [
        text[span.start : span.end] for span in find_spans(text, split_paragraphs(text), load_lexicon("en"))
    ]
