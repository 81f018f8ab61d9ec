"""Quotes: who said what, in which words, from the text alone. No parser and no language model.

    text ── marks, closers ──> spans ── tokens ──> attribution ──> kinds ──> coreference ──> Quote ...
                                           └─────> indirect ────────────────────┘

Follow one article by reading the files in this order:

 1. marks.py         quote marks, told from apostrophes, elisions and measures
 2. closers.py       which mark closes which
 3. lexicon.py       the words of one language: cue verbs, roles, titles, pronouns (lexicons/*.toml)
 4. repairs.py       where a quote ended whose closing mark is missing
 5. spans.py         marked spans, paragraph by paragraph
 6. dialogue.py      lines of speech behind a dash, where a language prints them
 7. tokens.py        the text as words and sentences, each quote one token
 8. mentions.py      words that may name a speaker
 9. verbs.py         verbs told from nouns of the same form
10. clauses.py       whose verb it is
11. verb_second.py   whose it is where it stands second, as in German
12. cues.py          what an attribution is
13. after.py         speakers behind the quote
14. before.py        speakers before it
15. inside.py        speakers inside its marks
16. attribution.py   the speaker and the cue of each span: behind, before, inside, or carried over
17. kinds.py         direct, mixed, or no quote at all
18. contents.py      where reported content starts and ends
19. indirect.py      what was said without quote marks
20. transcripts.py   lines that begin with their speaker
21. people.py        everybody named in the article
22. coreference.py   "he", "the minister", "Lavrov" -> "Sergey Lavrov"
23. confidence.py    how sure that is
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.quotes.attribution import attribute_all
from pipeline.quotes.confidence import MARKED_ONLY, rate
from pipeline.quotes.coreference import Cast, Speaker
from pipeline.quotes.cues import Attribution
from pipeline.quotes.dialogue import with_dialogue
from pipeline.quotes.indirect import find_reported
from pipeline.quotes.kinds import judge, quotes_with_doubles
from pipeline.quotes.lexicon import Lexicon, languages, load_lexicon
from pipeline.quotes.marks import is_noise
from pipeline.quotes.spans import Span, find_spans, split_paragraphs
from pipeline.quotes.tokens import Tokens, tokenise
from pipeline.quotes.transcripts import find_turns
from pipeline.records import Quote, QuoteKind

__all__ = ["extract_quotes"]

_ASSUMED = "en"  # where the language is unknown


@dataclass(frozen=True, slots=True)
class _Found:
    """One quote before its speaker is resolved: `text[start:end]`."""

    kind: QuoteKind
    start: int
    end: int
    by: Attribution
    after: int | None = None  # where the part before it starts, of an utterance that its cue interrupts


def extract_quotes(text: str, language: str | None = None) -> tuple[Quote, ...]:
    """The quotes of an article's text, in the order of their start; one may lie within another, none crosses.

    `language` is an ISO 639-1 code ("de", also "de-AT"); None is read as English. A language without a
    lexicon gets its marked spans with no speaker. Offsets are code points into `text`. Never raises.
    """
    if is_noise(text):
        return ()
    code = (language or _ASSUMED)[:2].lower()
    lexicon = load_lexicon(code) if code in languages() else None
    paragraphs = split_paragraphs(text)
    spans = find_spans(text, paragraphs, lexicon)
    if lexicon is None:
        bounded = (span for span in spans if not span.repaired)
        return tuple(_unattributed(text, number, span) for number, span in enumerate(bounded))
    spans = with_dialogue(text, paragraphs, spans, lexicon)
    tokens = tokenise(text, paragraphs, spans, lexicon)
    cast = Cast(tokens, lexicon)
    found = _find(tokens, lexicon)
    firsts = _first_parts(found)
    return tuple(
        _quote(tokens, cast, number, one, firsts[number] if firsts[number] != number else None)
        for number, one in enumerate(found)
    )


def _first_parts(found: Sequence[_Found]) -> list[int]:
    """For each quote the number of the first part of its utterance, which mostly is itself."""
    numbers: dict[tuple[int, bool], int] = {}
    firsts: list[int] = []
    for number, one in enumerate(found):
        reported = one.kind == "indirect"
        before = numbers.get((one.after, reported)) if one.after is not None else None
        firsts.append(number if before is None else firsts[before])
        numbers[one.start, reported] = number
    return firsts


def _find(tokens: Tokens, lexicon: Lexicon) -> list[_Found]:
    """Marked and indirect quotes together, in order; of two that start together the longer first."""
    doubles = quotes_with_doubles(tokens.spans)
    attributions = attribute_all(tokens, lexicon)
    found: list[_Found] = []
    for number, (span, by) in enumerate(zip(tokens.spans, attributions, strict=True)):
        kind = judge(tokens, number, by, doubles, lexicon.fragments_are_direct)
        if kind is not None:
            after = tokens.spans[number - 1].start if by.goes_on and number else None
            found.append(_Found(kind, span.start, span.end, by, after))
    turns = find_turns(tokens)
    found.extend(_Found("indirect", tokens.starts[t.first], tokens.end_of(t.end - 1), t.by) for t in turns)
    taken = {_paragraph(tokens, turn.first) for turn in turns}
    cues = frozenset(by.cue_first for by in attributions if by.cue_first is not None)
    for reported in find_reported(tokens, lexicon, cues):
        if _paragraph(tokens, reported.first) in taken:
            continue
        start, end = tokens.starts[reported.first], tokens.end_of(reported.end - 1)
        after = tokens.starts[reported.goes_on] if reported.goes_on is not None else None
        found.append(_Found("indirect", start, end, reported.found, after))
    return sorted(found, key=lambda one: (one.start, -one.end))


def _paragraph(tokens: Tokens, token: int) -> int:
    return tokens.sentences[tokens.sentence_at[token]].paragraph


def _quote(tokens: Tokens, cast: Cast, number: int, found: _Found, continues: int | None) -> Quote:
    mention, by = found.by.mention, found.by
    who = cast.resolve(mention) if mention else Speaker(None, None)
    has_cue = by.cue_first is not None and by.cue_end is not None
    return Quote(
        ordinal=number,
        kind=found.kind,
        text=tokens.text[found.start : found.end],
        start_char=found.start,
        end_char=found.end,
        speaker=who.name,
        speaker_mention=tokens.slice(mention.first, mention.end) if mention else None,
        speaker_start_char=tokens.starts[mention.first] if mention else None,
        speaker_role=who.role,
        cue=tokens.slice(by.cue_first or 0, by.cue_end or 0) if has_cue else None,
        confidence=rate(tokens, found.kind, by),
        continues=continues,
    )


def _unattributed(text: str, number: int, span: Span) -> Quote:
    content = text[span.start : span.end]
    return Quote(number, "direct", content, span.start, span.end, None, None, None, None, None, MARKED_ONLY)
