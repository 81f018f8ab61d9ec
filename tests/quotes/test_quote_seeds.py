"""The seed articles, quote by quote, as people read them."""

from pathlib import Path

import pytest

from pipeline.quotes import extract_quotes
from pipeline.records import Quote

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"
FIRST, SECOND = "000_32a03aa1cfc58136.txt", "003_94b1d46a95d8ed66.txt"
LAVROV = "Sergei Lavrov"


def _body(name: str) -> str:
    """A seed's paragraphs as cleaning leaves them: no title line, no blank lines."""
    lines = [line.strip() for line in (SEEDS / name).read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line]
    return "\n".join(lines[1:] if not lines[0].endswith(".") else lines)


def _starting(name: str, start: str) -> Quote:
    (found,) = [q for q in extract_quotes(_body(name), "en") if q.text.startswith(start)]
    return found


@pytest.mark.parametrize(
    ("name", "start", "end", "kind", "speaker", "mention"),
    [
        (FIRST, "brazen", "brazen", "mixed", "Sergey Lavrov", "Lavrov"),
        (FIRST, "This is not", "threatening Russia.", "direct", "Sergey Lavrov", "The Russian minister"),
        (FIRST, "legitimate targets", "legitimate targets", "mixed", "Moscow", "Moscow"),
        (FIRST, "that Moscow does not view", "strategically", "indirect", "Sergey Lavrov", "Lavrov"),
        (FIRST, "that any Western forces", "military", "indirect", "Moscow", "Moscow"),
        (FIRST, "that Lavrov's statements", "dispute", "indirect", "Analysts", "Analysts"),
        (FIRST, "that the West's insistence", "stage", "indirect", "Observers", "Observers"),
        (SECOND, "fantasies,", "fantasies,", "mixed", LAVROV, "Russian Foreign Minister Sergei Lavrov"),
        (SECOND, "These efforts", "by Russia,", "direct", LAVROV, "he"),
        (SECOND, "root causes", "root causes", "mixed", LAVROV, "he"),
        (SECOND, "The creation of", "hostility,", "direct", "a senior Russian embassy official", None),
        (SECOND, "the West’s selective", "progress.", "mixed", LAVROV, "Lavrov"),
        (SECOND, "We are open", "aggression,", "direct", "a senior Ukrainian defense official", None),
        (SECOND, "Western hegemony", "Western hegemony", "mixed", "Moscow", "Moscow"),
    ],
)
def test_golden_row(name: str, start: str, end: str, kind: str, speaker: str, mention: str | None) -> None:
    quote = _starting(name, start)
    assert quote.text.endswith(end)
    assert (quote.kind, quote.speaker) == (kind, speaker)
    assert quote.speaker_mention == (mention or speaker)


def test_terms_of_the_first_seed_are_no_quotes() -> None:
    texts = {quote.text for quote in extract_quotes(_body(FIRST), "en")}
    assert not texts & {"multinational force", "peacekeeping force"}


@pytest.mark.parametrize("name", [FIRST, SECOND])
def test_no_apostrophe_opens_or_closes_anything(name: str) -> None:
    text = _body(name)
    for quote in extract_quotes(text, "en"):
        if quote.kind != "indirect":
            before, after = text[quote.start_char - 1], text[quote.end_char]
            assert before in '"‘', quote
            assert after in '"’', quote
            assert not text[quote.end_char + 1 : quote.end_char + 2].isalnum(), quote
