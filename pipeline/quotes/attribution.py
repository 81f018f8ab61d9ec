"""Attribution: for each span the mention of its speaker, by position and grammar around the cue.

    “Q,” Smith said / said Smith            after
    Smith said, “Q” / called it “Q”         before
    according to Smith, “Q”                 according
    “Q,” Smith said. “Q.”                   carried from the quote before
    Smith was angry. “Q.”                   subject of the sentence before
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.quotes.clauses import first_subject, inverted_subject, is_verb, subject_of, with_apposition
from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    BASE,
    CAPITAL,
    CUE,
    FINITE,
    ORGANISATION,
    PARTICIPLE,
    PUNCTUATION,
    QUOTED,
    ROLE,
    SPEAKING,
    SPEECH,
    Lexicon,
)
from pipeline.quotes.mentions import Mention, read_mention
from pipeline.quotes.tokens import Sentence, Tokens

Rule = Literal[
    "after", "before", "according", "colon", "carried", "continued", "previous", "subject", "signature", "none"
]
_FARTHEST_VERB = 30  # tokens from a closing mark to the verb of its speaker


@dataclass(frozen=True, slots=True)
class Attribution:
    """The speaker's mention and the cue of one span; `rule` is how they were found."""

    mention: Mention | None
    cue_first: int | None
    cue_end: int | None
    rule: Rule


NOBODY = Attribution(None, None, None, "none")


def attribute_all(tokens: Tokens, lexicon: Lexicon) -> list[Attribution]:
    """One attribution a span, in order."""
    found: list[Attribution] = []
    for number in range(len(tokens.spans)):
        found.append(_attribute(tokens, lexicon, number, found))
    return found


def _attribute(tokens: Tokens, lexicon: Lexicon, number: int, earlier: Sequence[Attribution]) -> Attribution:
    at = tokens.token_of_span[number]
    sentence = tokens.sentences[tokens.sentence_at[at]]
    if _is_alone(tokens, at, sentence):
        return _carry(tokens, lexicon, number, sentence, earlier)
    return (
        _after(tokens, lexicon, at, sentence)
        or _before(tokens, lexicon, at, sentence, earlier)
        or _same_sentence(tokens, number, sentence, earlier)
        or _carry(tokens, lexicon, number, sentence, earlier)
    )


def _is_alone(tokens: Tokens, at: int, sentence: Sentence) -> bool:
    """Whether the sentence holds nothing but quotes and punctuation."""
    nothing = PUNCTUATION | QUOTED
    return all(tokens.tags[k] & nothing for k in range(sentence.first, sentence.end))


def _after(tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence) -> Attribution | None:
    """A speaker right after the closing mark: “Q,” said Smith; “Q,” Smith, a nurse, said."""
    first = at + 1
    while first < sentence.end and tokens.words[first] in (",", "-", "–", "—", "--"):
        first += 1
    limit = _next_quote(tokens, first, sentence.end)
    if first >= limit or not _may_lead(tokens, at, first, sentence):
        return None
    found = _according(tokens, lexicon, first, limit)
    if found is not None:
        return found
    if tokens.tags[first] & FINITE and not tokens.tags[first] & CAPITAL:
        return _after_inverted(tokens, first, limit)
    return _after_subject(tokens, first, limit)


def _may_lead(tokens: Tokens, at: int, first: int, sentence: Sentence) -> bool:
    """A quote that begins its sentence, or ends in a comma, may have its speaker behind it."""
    span = tokens.spans[tokens.span_at[at]]
    if first > at + 1 or tokens.text[span.end - 1 : span.end] in (",", "?", "!", "—", "…"):
        return True
    return all(tokens.tags[k] & (QUOTED | PUNCTUATION) for k in range(sentence.first, at))


def _next_quote(tokens: Tokens, first: int, end: int) -> int:
    return next((k for k in range(first, end) if tokens.tags[k] & QUOTED), end)


def _after_inverted(tokens: Tokens, verb: int, limit: int) -> Attribution | None:
    subject = inverted_subject(tokens, verb, limit)
    return Attribution(subject, verb, verb + 1, "after") if subject else None


def _after_subject(tokens: Tokens, first: int, limit: int) -> Attribution | None:
    mention = read_mention(tokens, first, limit)
    if mention is None:
        return None
    for at in range(mention.core_end, min(limit, first + _FARTHEST_VERB)):
        if tokens.tags[at] & FINITE and is_verb(tokens, at):
            return Attribution(with_apposition(tokens, mention, limit), at, at + 1, "after")
    return None


def _according(tokens: Tokens, lexicon: Lexicon, first: int, limit: int) -> Attribution | None:
    """ "according to Smith" at token `first`."""
    for words in lexicon.according:
        end = first + len(words)
        if end < limit and all(tokens.lower[first + k] == word for k, word in enumerate(words)):
            mention = read_mention(tokens, end, limit)
            if mention is not None:
                return Attribution(with_apposition(tokens, mention, limit), first, end, "according")
    return None


def _before(
    tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """The last cue before the quote in its sentence, and the subject of that cue."""
    weak: Attribution | None = None
    for verb in range(at - 1, sentence.first - 1, -1):
        if not tokens.tags[verb] & (CUE | BASE):
            continue
        found = _at_cue(tokens, verb, sentence, earlier)
        if found is None or found.mention is None:
            continue
        if tokens.tags[verb] & (SPEECH | SPEAKING) or _is_person(tokens, found.mention):
            return found
        weak = weak or found
    if weak is not None:
        return weak
    for first in range(sentence.first, at):
        stated = _according(tokens, lexicon, first, at)
        if stated is not None:
            return stated
    subject = first_subject(tokens, sentence.first, at)
    return Attribution(subject, None, None, "subject") if subject else None


def _at_cue(
    tokens: Tokens, verb: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    tag = tokens.tags[verb]
    if tag & FINITE and is_verb(tokens, verb):
        subject = subject_of(tokens, verb, sentence.first)
    elif tag & PARTICIPLE or tag & BASE and verb and tokens.tags[verb - 1] & AUXILIARY:
        subject = _subject_of_participle(tokens, verb, sentence, earlier)
    elif tag & BASE and tokens.lower[verb - 1] == "to":
        subject = _subject_of_participle(tokens, verb, sentence, earlier)
    else:
        return None
    return Attribution(subject, verb, verb + 1, "before") if subject else None


def _subject_of_participle(
    tokens: Tokens, verb: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Mention | None:
    """ "Smith left, saying “Q”": the speaker of the quote before in the sentence, or the subject of its verb."""
    for at in range(verb - 1, sentence.first - 1, -1):
        if at in tokens.span_at and tokens.span_at[at] < len(earlier):
            previous = earlier[tokens.span_at[at]]
            if previous.mention is not None:
                return previous.mention
        if tokens.tags[at] & AUXILIARY or is_verb(tokens, at):
            found = subject_of(tokens, at, sentence.first)
            if found is not None:
                return found
    return first_subject(tokens, sentence.first, verb)


def _is_person(tokens: Tokens, mention: Mention) -> bool:
    if mention.kind != "noun":
        return True
    return any(tokens.tags[k] & (ROLE | ORGANISATION) for k in range(mention.first, mention.core_end))


def _same_sentence(
    tokens: Tokens, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    if number == 0 or tokens.token_of_span[number - 1] < sentence.first:
        return None
    previous = earlier[number - 1]
    return Attribution(previous.mention, previous.cue_first, previous.cue_end, "carried")


def _carry(
    tokens: Tokens, lexicon: Lexicon, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution:
    """A quote without a cue of its own: the speaker of the quote before, or the subject before."""
    at = tokens.sentence_at[tokens.token_of_span[number]]
    if at == 0:
        return NOBODY
    before = tokens.sentences[at - 1]
    if tokens.words[before.end - 1] == ":":
        found = _before(tokens, lexicon, before.end, before, earlier)
        return Attribution(found.mention, found.cue_first, found.cue_end, "colon") if found else NOBODY
    if number and tokens.token_of_span[number - 1] >= before.first:
        previous = earlier[number - 1]
        rule: Rule = "carried" if before.paragraph == sentence.paragraph else "continued"
        return Attribution(previous.mention, previous.cue_first, previous.cue_end, rule)
    if before.paragraph == sentence.paragraph or not number:
        found = _before(tokens, lexicon, before.end, before, earlier)
        if found is not None:
            return Attribution(found.mention, found.cue_first, found.cue_end, "previous")
    if number:
        previous = earlier[number - 1]
        return Attribution(previous.mention, previous.cue_first, previous.cue_end, "continued")
    return NOBODY
