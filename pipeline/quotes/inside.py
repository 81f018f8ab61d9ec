"""Speakers inside the marks, as newspapers of Romance and Slavic languages print them: « Q, dit-il, Q ».

The span stays whole. The words of its cue become tokens behind those of the text, so that the cue and the
mention are read and resolved like any other.
"""

import re
from itertools import islice

from pipeline.quotes.clauses import inverted_subject
from pipeline.quotes.cues import Attribution
from pipeline.quotes.lexicon import (
    AUXILIARY,
    CAPITAL,
    PREPOSITION,
    PUNCTUATION,
    RELATIVE,
    SPEECH,
    TIME,
    Lexicon,
)
from pipeline.quotes.tokens import Tokens, add_words

_PAUSE = re.compile(r"[,?!…][ \u00a0]+(?:[—–-][ \u00a0]*)?|[ \u00a0][—–][ \u00a0]*")
_MOST_PAUSES = 12  # looked at in one quote
_LONGEST = 100  # characters of a cue with its speaker
_ENDS = PUNCTUATION | PREPOSITION | RELATIVE | TIME


def read_inside(tokens: Tokens, lexicon: Lexicon, number: int) -> Attribution | None:
    """The cue between two parts of one span, or at its end; None where no pause is followed by one."""
    span = tokens.spans[number]
    for pause in islice(_PAUSE.finditer(tokens.text, span.start, span.end), _MOST_PAUSES):
        first = len(tokens.words)
        add_words(tokens, pause.end(), min(span.end, pause.end() + _LONGEST), lexicon)
        tokens.sentence_at.extend(
            [tokens.sentence_at[tokens.token_of_span[number]]] * (len(tokens.words) - first)
        )
        found = _inserted(tokens, first, len(tokens.words))
        if found is not None:
            return found
        for parallel in (tokens.words, tokens.lower, tokens.starts, tokens.tags, tokens.sentence_at):
            del parallel[first:]
    return None


def _inserted(tokens: Tokens, first: int, end: int) -> Attribution | None:
    """A verb of speech with its subject right behind it, and nothing but a pause or a phrase behind that."""
    verb = first
    while verb < end and tokens.tags[verb] & AUXILIARY and not tokens.tags[verb] & SPEECH:
        verb += 1
    if verb >= end or not tokens.tags[verb] & SPEECH or tokens.tags[verb] & CAPITAL:
        return None
    subject = inverted_subject(tokens, verb, end)
    if subject is None or (subject.core_end < end and not tokens.tags[subject.core_end] & _ENDS):
        return None
    return Attribution(subject, verb, verb + 1, "inside")
