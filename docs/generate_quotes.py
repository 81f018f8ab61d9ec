"""Write the tables in docs/quotes.md again, from today's code. A test fails when they are stale.

Each table stands between `<!-- name -->` and `<!-- end -->`; the prose around them is written by hand.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import get_args

from pipeline.quotes import confidence, extract_quotes
from pipeline.quotes.attribution import attribute_all
from pipeline.quotes.cues import Rule
from pipeline.quotes.lexicon import load_lexicon
from pipeline.quotes.marks import find_marks
from pipeline.quotes.spans import find_spans, split_paragraphs
from pipeline.quotes.tokens import tokenise

PAGE = Path(__file__).parent / "quotes.md"
SEED = PAGE.parent.parent / "tests/fixtures/seeds/003_94b1d46a95d8ed66.txt"
BLOCK = re.compile(r"^<!-- (?P<name>\w+) -->\n.*?^<!-- end -->$", re.M | re.S)
LOOKS_LIKE = {
    "after": "“Q,” Smith said; “Q,” said Smith",
    "inside": "« Q, dit Smith, Q »",
    "before": "Smith said, “Q”; Smith called it “Q”",
    "according": "according to Smith, “Q”",
    "colon": "Smith: “Q”",
    "carried": "“Q,” Smith said. “Q.”",
    "continued": "a paragraph of “Q.” alone, behind one of Smith's",
    "previous": "Smith spoke at length. “Q.”",
    "subject": "Smith was tired of the “Q”: no cue, the subject of the sentence",
    "signature": "“Q.” – Smith",
    "none": "nobody is found",
}


def render(page: str) -> str:
    """The page with the tables of today's code."""
    return BLOCK.sub(lambda block: _block(block["name"]), page)


def _block(name: str) -> str:
    return f"<!-- {name} -->\n{TABLES[name]()}\n<!-- end -->"


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join('' if one is None else str(one) for one in row)} |" for row in lines)


def _seed() -> str:
    return SEED.read_text(encoding="utf-8")


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= 9 else f"{' '.join(words[:5])} … {' '.join(words[-3:])}"


def _marks() -> str:
    text = _seed()
    real = find_marks(text)
    taken = {mark.start for mark in real}
    others = [at for at, letter in enumerate(text) if letter in "‘’" and at not in taken]
    words = sorted({re.findall(r"\w+’\w*", text[at - 12 : at + 3])[-1] for at in others})
    rows = [("quote marks", len(real), ""), ("apostrophes", len(others), ", ".join(words))]
    return _table(["‘ and ’ that are", "count", "which"], rows)


def _attributions() -> str:
    text = _seed()
    lexicon, paragraphs = load_lexicon("en"), split_paragraphs(text)
    spans = find_spans(text, paragraphs, lexicon)
    tokens = tokenise(text, paragraphs, spans, lexicon)
    rows = []
    for span, by in zip(spans, attribute_all(tokens, lexicon), strict=True):
        mention = by.mention and tokens.slice(by.mention.first, by.mention.end)
        cue = (
            tokens.slice(by.cue_first, by.cue_end)
            if by.cue_first is not None and by.cue_end is not None
            else None
        )
        rows.append((f"{span.start}-{span.end}", _short(text[span.start : span.end]), by.rule, cue, mention))
    return _table(["characters", "span", "rule", "cue", "mention"], rows)


def _rows() -> str:
    rows = [
        (q.ordinal, q.kind, _short(q.text), q.speaker_mention, q.speaker, q.cue, q.confidence)
        for q in extract_quotes(_seed(), "en")
    ]
    return _table(["ordinal", "kind", "text", "speaker_mention", "speaker", "cue", "confidence"], rows)


def _confidence() -> str:
    speaks, other = confidence._WITH_VERB_OF_SPEECH, confidence._WITHOUT
    rows: list[Sequence[object]] = [
        (f"`{rule}`", LOOKS_LIKE[rule], speaks.get(rule), other.get(rule)) for rule in get_args(Rule)
    ]
    indirect = (
        "indirect, any rule",
        "Smith said that ...",
        confidence._INDIRECT[True],
        confidence._INDIRECT[False],
    )
    return _table(["rule", "looks like", "verb of speech", "another cue, or none"], [*rows, indirect])


TABLES: dict[str, Callable[[], str]] = {
    "marks": _marks,
    "attributions": _attributions,
    "rows": _rows,
    "confidence": _confidence,
}

if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
