"""Quotes: who said what, in which words, from the text alone.

1. marks.py      quote marks, told from apostrophes, elisions and measures
2. closers.py    which mark closes which
3. spans.py      marked spans, paragraph by paragraph, repaired where a mark is missing
4. lexicon.py    the words of one language: cue verbs, roles, titles, pronouns (lexicons/*.toml)
5. tokens.py     the text as words, each quote one token, and its sentences
6. mentions.py   words that may name a speaker
7. clauses.py    whose verb it is
8. attribution.py  the speaker of each quote
"""

from pipeline.quotes.attribution import Attribution, attribute_all
from pipeline.quotes.coreference import Cast, Speaker
from pipeline.quotes.indirect import find_reported
from pipeline.quotes.kinds import judge, quotes_with_doubles
from pipeline.quotes.lexicon import languages, load_lexicon
from pipeline.quotes.spans import Span, find_spans, split_paragraphs
from pipeline.quotes.tokens import Tokens, tokenise
from pipeline.records import Quote

RULES = {"after": .1, "before": .2, "according": .3, "colon": .4, "carried": .5, "continued": .6, "previous": .7, "subject": .8, "signature": .9, "none": 0.0}


def extract_quotes(text: str, language: str | None = None) -> tuple[Quote, ...]:
    """The quotes of an article's text, in order; `language` is an ISO 639-1 code, None where unknown."""
    paragraphs = split_paragraphs(text)
    code = (language or "en")[:2].lower()
    lexicon = load_lexicon(code) if code in languages() else None
    spans = find_spans(text, paragraphs, lexicon)
    if lexicon is None:
        return tuple(
            Quote(n, "direct", text[s.start : s.end], s.start, s.end, None, None, None, None, None, 0.3)
            for n, s in enumerate(spans)
        )
    tokens = tokenise(text, paragraphs, spans, lexicon)
    found = attribute_all(tokens, lexicon)
    cast = Cast(tokens, lexicon)
    doubles = quotes_with_doubles(spans)
    kept = [(judge(tokens, n, a, doubles, lexicon.fragments_are_direct), s.start, s.end, a) for n, (s, a) in enumerate(zip(spans, found, strict=True))]
    rows = [k for k in kept if k[0]]
    cues = frozenset(a.cue_first for a in found if a.cue_first is not None)
    for r in find_reported(tokens, lexicon, cues):
        rows.append(("indirect", tokens.starts[r.first], tokens.end_of(r.end - 1), r.found))
    rows.sort(key=lambda r: (r[1], -r[2]))
    return tuple(_quote(tokens, cast, n, *k) for n, k in enumerate(rows))


def _quote(tokens: Tokens, cast: Cast, number: int, kind, start_char, end_char, found: Attribution) -> Quote:
    mention = found.mention
    words = tokens.slice(mention.first, mention.end) if mention else None
    cue = tokens.slice(found.cue_first, found.cue_end) if found.cue_first is not None and found.cue_end else None
    start = tokens.starts[mention.first] if mention else None
    who = cast.resolve(mention) if mention else Speaker(None, None)
    content = tokens.text[start_char:end_char]
    return Quote(number, kind, content, start_char, end_char, who.name, words, start, who.role, cue, RULES[found.rule])
