"""Mentions: the words in the text that may name a speaker, read forwards or backwards from a known place.

There is no parser: a mention is a run of words that no verb, preposition or punctuation interrupts, with the
apposition or the prepositional phrase that belongs to it ("Ann Lee, a nurse", "a spokesman for the club").
"""

from dataclasses import dataclass
from typing import Literal

from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    BASE,
    CAPITAL,
    CONJUNCTION,
    DETERMINER,
    FINITE,
    GENITIVE,
    MESSAGE,
    NUMBER,
    ORGANISATION,
    PARTICIPLE,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    PUNCTUATION,
    QUOTED,
    RELATIVE,
    ROLE,
    SPEECH,
    SUBORDINATOR,
    TIME,
    TITLE,
    VERB,
    WORK,
    given_names,
)
from pipeline.quotes.tokens import Tokens

MentionKind = Literal["pronoun", "name", "noun"]
_STOP = PREPOSITION | SUBORDINATOR | RELATIVE | AUXILIARY | PUNCTUATION | QUOTED
_LONGEST = 14  # words of one mention without its complements


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `first` up to `end`; `core_end` leaves out complements ("for the club") and appositions."""

    kind: MentionKind
    first: int
    core_end: int
    end: int


def read_mention(tokens: Tokens, first: int, limit: int) -> Mention | None:
    """The mention that starts at token `first` and ends before `limit`, or None where none starts."""
    if first >= limit:
        return None
    tag = tokens.tags[first]
    if tag & PRONOUN and not tag & CAPITAL:
        return Mention("pronoun", first, first + 1, first + 1)
    core_end = _core_end(tokens, first, min(limit, first + _LONGEST))
    if not tag & CAPITAL and tokens.lower[first].endswith("ing"):
        return None
    if core_end == first or not _has_head(tokens, first, core_end):
        return None
    if core_end == first + 1 and (tag & TIME or _is_adverb(tokens, first)):
        return None
    kind: MentionKind = "name" if tokens.tags[core_end - 1] & (CAPITAL | QUOTED) else "noun"
    return Mention(kind, first, core_end, _complement_end(tokens, core_end, limit))


def _is_adverb(tokens: Tokens, at: int) -> bool:
    """ "Sadly, ...": a word in -ly that begins its sentence, has no verb of speech behind it ("Kelly said")
    and is nobody's name."""
    lower, sentence = tokens.lower[at], tokens.sentences[tokens.sentence_at[at]]
    if not lower.endswith("ly") or at != sentence.first or at + 1 >= sentence.end:
        return False
    return not (tokens.tags[at + 1] & SPEECH or lower in given_names() or lower in _NAMES_IN_LY)


_NAMES_IN_LY = frozenset(["italy", "sicily", "kelly", "reilly", "connolly", "donnelly"])


def _core_end(tokens: Tokens, first: int, limit: int) -> int:
    at = first
    while at < limit and _belongs(tokens, first, at, limit):
        at += 1
    while at > first and tokens.tags[at - 1] & (CONJUNCTION | ADVERB | DETERMINER):
        if at - 1 == first and tokens.lower[first] in _ALONE:
            break
        at -= 1
    return at


def _belongs(tokens: Tokens, first: int, at: int, limit: int) -> bool:
    tag = tokens.tags[at]
    if tag & CAPITAL:
        return at == first or not (tag | tokens.tags[at - 1]) & TIME
    if tag & _STOP:
        return _is_nickname(tokens, first, at, limit) or is_publication(tokens, at)
    if tokens.nouns_capitalised and at > first and tokens.tags[at - 1] & CAPITAL:
        return bool(tag & CONJUNCTION) and _joins(tokens, at, limit)
    if at == first:
        if tag & (FINITE | PARTICIPLE | VERB) and not tag & (ROLE | ORGANISATION):
            return False
        return not tag & (ADVERB | CONJUNCTION | TIME) or bool(tag & DETERMINER)
    before = tokens.tags[at - 1]
    if (
        tag & DETERMINER
        and not before & (DETERMINER | PREPOSITION)
        and tokens.lower[at] in _GENITIVE_ARTICLES
    ):
        return False
    if tag & CONJUNCTION:
        return _joins(tokens, at, limit)
    if tag & (FINITE | PARTICIPLE | BASE) and not tag & (ROLE | ORGANISATION):
        return bool(before & (DETERMINER | POSSESSIVE | GENITIVE)) and at + 1 < limit
    if tag & VERB or is_past(tokens, at) or _has_object(tokens, at):
        return False
    if tag & (ADVERB | TIME | PRONOUN) or tokens.lower[at].endswith("ly"):
        return bool(before & DETERMINER)
    return not (before & CAPITAL and tokens.lower[at].endswith("ing"))


def is_past(tokens: Tokens, at: int) -> bool:
    """ "the agency denied": a word in -ed after a noun. After an article or an adverb it is an adjective."""
    word = tokens.lower[at]
    if not word.endswith("ed") or len(word) < 5 or tokens.tags[at] & (ROLE | CAPITAL):
        return False
    leading = DETERMINER | POSSESSIVE | GENITIVE | PREPOSITION | ADVERB | CONJUNCTION
    return not tokens.tags[at - 1] & leading and not tokens.lower[at - 1].endswith("ly")


def _has_object(tokens: Tokens, at: int) -> bool:
    """ "Ann Lee shook her head": what stands between a name and a possessive is a verb, listed or not."""
    if not tokens.tags[at - 1] & CAPITAL or tokens.tags[at] & (ROLE | ORGANISATION):
        return False
    return at + 1 < len(tokens.tags) and bool(tokens.tags[at + 1] & POSSESSIVE)


def _joins(tokens: Tokens, at: int, limit: int) -> bool:
    """ "Ann Lee and Bob Ray", "his wife and children": one speaker of two."""
    if at + 1 >= limit or tokens.lower[at] not in _AND:
        return False
    after, before = tokens.tags[at + 1], tokens.tags[at - 1]
    if before & CAPITAL:
        return bool(after & CAPITAL)
    return bool(before & (ROLE | ORGANISATION) and after & (ROLE | ORGANISATION | DETERMINER | POSSESSIVE))


_GENITIVE_ARTICLES = frozenset(["der", "des", "die", "das", "den", "dem", "einer", "eines"])
_AND = frozenset(("and", "&", "und", "et", "y", "e", "и", "та", "і"))


def _is_nickname(tokens: Tokens, first: int, at: int, limit: int) -> bool:
    """Robert “Bob” Ray: a short quote between two capitalised words."""
    if not tokens.tags[at] & QUOTED or at == first or at + 1 >= limit:
        return False
    around = tokens.tags[at - 1] & tokens.tags[at + 1] & CAPITAL
    return bool(around) and len(tokens.words[at].split()) <= 3


def is_publication(tokens: Tokens, at: int) -> bool:
    """schrieb die „Neue Presse“: where nouns have capitals, a name that is set in quote marks."""
    if not tokens.nouns_capitalised or not tokens.tags[at] & QUOTED or at == 0:
        return False
    span, before = tokens.spans[tokens.span_at[at]], tokens.tags[at - 1]
    words = tokens.text[span.start : span.end].split()
    named = 0 < len(words) <= _LONGEST_TITLE and words[0][0].isupper() and words[-1][-1].isalnum()
    return named and bool(before & (DETERMINER | WORK | ORGANISATION | SPEECH))


_LONGEST_TITLE = 4  # words


def _has_head(tokens: Tokens, first: int, end: int) -> bool:
    """A mention needs more than a determiner or a number; a capital where every noun has one."""
    for tag in tokens.tags[first:end]:
        if tag & (CAPITAL | QUOTED):
            return True
        if not tokens.nouns_capitalised and not tag & (DETERMINER | NUMBER | TITLE | POSSESSIVE):
            return True
    return tokens.lower[end - 1] in _ALONE


_ALONE = frozenset(
    [
        "many",
        "several",
        "some",
        "others",
        "most",
        "another",
        "one",
        "two",
        "three",
        "both",
        "all",
        "each",
        "few",
        "this",
        "viele",
        "einige",
        "manche",
        "mehrere",
        "beide",
        "andere",
        "diese",
        "dieser",
        "letztere",
        "letzterer",
    ]
)


def _complement_end(tokens: Tokens, end: int, limit: int) -> int:
    """Past "of the club", "for Ann Lee", "der Stiftung": three phrases at most."""
    at = end
    for _ in range(3):
        if at + 1 >= limit:
            return at
        lower = tokens.lower[at]
        if lower not in _GENITIVES and not (tokens.tags[at] & PREPOSITION and lower in _COMPLEMENTS):
            return at
        after = _core_end(tokens, at + 1, min(limit, at + 1 + _LONGEST))
        if after == at + 1 or tokens.tags[after - 1] & MESSAGE:
            return at
        at = after
    return at


_GENITIVES = frozenset(["der", "des", "einer", "eines"])
_COMPLEMENTS = frozenset(
    [
        "of",
        "for",
        "at",
        "with",
        "from",
        "in",
        "von",
        "vom",
        "für",
        "aus",
        "bei",
        "de",
        "du",
        "des",
        "del",
        "della",
        "do",
        "da",
        "для",
        "з",
    ]
)
