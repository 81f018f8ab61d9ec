"""Verbs told from nouns of the same form: "he claims" and "the claims", "experts say" and "to say"."""

from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    BASE,
    CAPITAL,
    CONJUNCTION,
    DETERMINER,
    FINITE,
    GENITIVE,
    NUMBER,
    ORGANISATION,
    PHRASAL,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    PUNCTUATION,
    RELATIVE,
    REPORTING,
    ROLE,
    SPEECH,
)
from pipeline.quotes.tokens import Tokens

MAY_BE_VERB = FINITE | BASE | REPORTING | PHRASAL  # a tag of every word that `is_verb` says yes to
_BEFORE_VERB = CAPITAL | PRONOUN | RELATIVE | ROLE | ORGANISATION | ADVERB | CONJUNCTION | PUNCTUATION


def is_verb(tokens: Tokens, at: int) -> bool:
    """Whether this token is a finite cue verb and not a noun of the same form ("the claims", "his calls")."""
    tag = tokens.tags[at]
    if not tag & MAY_BE_VERB:
        return False
    if at == 0:
        return bool(tag & FINITE)
    if tag & CAPITAL:
        return bool(tag & FINITE) and tokens.sentences[tokens.sentence_at[at]].first == at
    before = tokens.tags[at - 1]
    if at + 1 < len(tokens.lower) and tokens.lower[at + 1] == "by" and not before & AUXILIARY:
        return False
    if before & GENITIVE:
        return False
    if not tag & FINITE and not tokens.lower[at].endswith(("ed", "s", "ound", "new")):
        return _is_plural_subject(tokens, at - 1)
    if tag & (ROLE | ORGANISATION) and before & (DETERMINER | POSSESSIVE):
        return False
    if not tag & SPEECH and tokens.lower[at].endswith("s") and not before & _BEFORE_VERB:
        return False
    if tag & SPEECH and tokens.lower[at - 1] in _PLURALS:
        return True
    return not (
        before & (DETERMINER | POSSESSIVE | PREPOSITION) and not before & PRONOUN and not before & ADVERB
    )


def _is_plural_subject(tokens: Tokens, at: int) -> bool:
    """ "experts say", "they argue", "who also believe": what stands before makes the base form finite."""
    while at > 0 and tokens.tags[at] & ADVERB and not tokens.tags[at] & (DETERMINER | CAPITAL):
        at -= 1
    if tokens.words[at] == ",":
        at = _before_parenthesis(tokens, at)
    tag, lower = tokens.tags[at], tokens.lower[at]
    if tag & (PRONOUN | RELATIVE):
        return lower not in ("he", "she", "it", "you")
    if tag & NUMBER or lower in ("%", "percent"):
        return True
    if tag & (AUXILIARY | PREPOSITION | GENITIVE | POSSESSIVE) or lower == "to":
        return False
    return (lower.endswith("s") and not lower.endswith("ss")) or lower in _PLURALS


def _before_parenthesis(tokens: Tokens, comma: int) -> int:
    """The token before ", however," or ", who had left,"; the comma itself where none opens."""
    for at in range(comma - 1, max(0, comma - _PARENTHESIS), -1):
        if tokens.words[at] == ",":
            return at - 1
    return comma


_PARENTHESIS = 14  # tokens between the commas around what is set between a subject and its verb
_PLURALS = frozenset(
    [
        "people",
        "men",
        "women",
        "police",
        "some",
        "many",
        "most",
        "others",
        "both",
        "few",
        "officials",
        "media",
        "public",
        "two",
        "three",
    ]
)
