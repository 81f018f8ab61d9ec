"""Speakers before the quote: Smith said, “Q” / Smith called it “Q” / according to Smith, “Q” / Lee: “Q”."""

from collections.abc import Sequence

from pipeline.quotes.after import read_at_end
from pipeline.quotes.clauses import (
    clause_start,
    first_subject,
    inverted_subject,
    nearest_mention,
    subject_of,
)
from pipeline.quotes.contents import has_verb
from pipeline.quotes.cues import PAUSES, Attribution, according, is_person
from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    BASE,
    CONJUNCTION,
    CUE,
    DETERMINER,
    MESSAGE,
    PARTICIPLE,
    PREPOSITION,
    PUNCTUATION,
    RELATIVE,
    SPEAKING,
    SPEECH,
    SUBORDINATOR,
    Lexicon,
)
from pipeline.quotes.mentions import Mention, read_mention
from pipeline.quotes.tokens import Sentence, Tokens
from pipeline.quotes.verb_second import leading_subject, stated_in_lead, subject_of_second
from pipeline.quotes.verbs import is_verb

_MOST_CUES = 12  # looked at for one quote; sentences of news have three at most
_SENTENCES_BACK = 5  # read for the speaker of a reported sentence
_CLAUSE_ENDS = PAUSES | {";", ":"}


def read_before(
    tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """The cue before the quote in its sentence, and the subject of that cue."""
    if tokens.verb_second and tokens.lower[sentence.first] == "wie" and tokens.words[at - 1] != ":":
        lead = stated_in_lead(tokens, sentence.first + 1, at)
        if lead is not None:
            mention, verb = lead
            return Attribution(mention, verb, verb + 1, "before")
    found = _nearest_cue(tokens, lexicon, at, sentence, earlier)
    if found is not None:
        return found
    named = _before_colon(tokens, at, sentence)
    if named is not None:
        return named
    for first in range(sentence.first, at):
        stated = according(tokens, lexicon, first, at)
        if stated is not None:
            return stated
    if lexicon.subjunctives and is_reported(tokens, lexicon, at, sentence):
        return None
    start = clause_start(tokens, sentence.first, at)
    subject = (
        (leading_subject(tokens, start, at) if tokens.verb_second else None)
        or first_subject(tokens, start, at)
        or first_subject(tokens, start, sentence.end)
    )
    return Attribution(subject, None, None, "subject") if subject else None


def _label(tokens: Tokens, first: int, colon: int) -> Mention | None:
    """ "Ann Lee, president of the club: “Q”": a name and what is set beside it, without a verb."""
    name = read_mention(tokens, first, colon)
    if name is None or name.kind != "name" or name.core_end - first < 2 or tokens.words[name.core_end] != ",":
        return None
    if tokens.tags[first] & DETERMINER or has_verb(tokens, name.core_end, colon):
        return None
    return Mention("name", first, name.core_end, colon)


def read_report(
    tokens: Tokens, lexicon: Lexicon, sentence: int, at: int, earlier: Sequence[Attribution]
) -> Attribution | None:
    """For a clause whose verb form marks it as reported: who speaks in the sentences before it."""
    here = tokens.sentences[sentence]
    if not lexicon.subjunctives or not is_reported(tokens, lexicon, at, here):
        return None
    for back in range(sentence - 1, max(-1, sentence - 1 - _SENTENCES_BACK), -1):
        before = tokens.sentences[back]
        if before.paragraph != here.paragraph:
            break
        found = _nearest_cue(tokens, lexicon, before.end, before, earlier) or read_at_end(
            tokens, lexicon, before.first, before
        )
        if found is not None:
            return found
    return None


def is_reported(tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence) -> bool:
    """Whether the verb form marks the clause of the quote as reported: its speaker was named before.

    "She thinks that it be so": a clause led by "that" has its speaker in the one that it depends on.
    """
    for token in range(sentence.first, sentence.end):
        if token > at and tokens.tags[token] & PUNCTUATION:
            return False
        if token < at and tokens.lower[token] in lexicon.complementizers:
            return False
        if tokens.lower[token] in lexicon.subjunctives:
            return True
    return False


def _before_colon(tokens: Tokens, at: int, sentence: Sentence) -> Attribution | None:
    """ "Ann Lee: “Q”", "More from the report: “Q”": who stands before a colon without a cue."""
    if at - 2 < sentence.first or tokens.words[at - 1] != ":":
        return None
    label = _label(tokens, sentence.first, at - 1)
    if label is not None:
        return Attribution(label, None, None, "colon")
    mention = nearest_mention(tokens, at - 1, sentence.first)
    if mention is None or mention.end != at - 1 or not is_person(tokens, mention):
        return None
    if (
        tokens.verb_second
        and mention.first > sentence.first
        and not tokens.tags[mention.first - 1] & PUNCTUATION
    ):
        return None
    return Attribution(mention, None, None, "colon")


def _nearest_cue(
    tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """The last cue before the quote, or the verb of speech that governs it ("said he called it “Q”")."""
    nearest: Attribution | None = None
    tried = 0
    for verb in range(at - 1, sentence.first - 1, -1):
        tag = tokens.tags[verb]
        if not tag & (CUE | BASE):
            continue
        tried += 1
        if tried > _MOST_CUES:
            break
        found = _at_cue(tokens, lexicon, verb, at, sentence, earlier)
        if found is None or found.mention is None:
            continue
        speaks = bool(tag & (SPEECH | SPEAKING))
        if nearest is None:
            nearest = found
            if speaks and _touches(tokens, verb, at) and found.mention.kind != "pronoun":
                return found
        elif speaks and _governs(tokens, verb, nearest):
            nearest = found
    return nearest


def _touches(tokens: Tokens, verb: int, at: int) -> bool:
    """Whether nothing but punctuation, "that" and one word more stands between a cue and the quote."""
    between = [
        k for k in range(verb + 1, at) if not tokens.tags[k] & PUNCTUATION and tokens.lower[k] != "that"
    ]
    return len(between) < 2


def _governs(tokens: Tokens, verb: int, inner: Attribution) -> bool:
    """Whether the clause of the cue `inner` is what the verb of speech at token `verb` reports."""
    if inner.mention is None or inner.mention.first <= verb:
        return False
    first = verb + 1
    between = range(first, inner.mention.first)
    if any(tokens.tags[k] & (SUBORDINATOR | RELATIVE) and tokens.lower[k] != "that" for k in between):
        return False
    if tokens.lower[first] == "that" or first == inner.mention.first:
        return True
    return not any(tokens.words[k] in _CLAUSE_ENDS for k in between)


def _at_cue(
    tokens: Tokens,
    lexicon: Lexicon,
    verb: int,
    at: int,
    sentence: Sentence,
    earlier: Sequence[Attribution],
) -> Attribution | None:
    tag, before = tokens.tags[verb], tokens.tags[verb - 1] if verb > sentence.first else 0
    if is_verb(tokens, verb):
        subject = (
            subject_of_second(tokens, lexicon, verb, sentence.first, at)
            if tokens.verb_second
            else subject_of(tokens, verb, sentence.first) or inverted_subject(tokens, verb, at)
        )
    elif (
        tag & PARTICIPLE
        and before
        and not before & (PUNCTUATION | PREPOSITION | CONJUNCTION | ADVERB | AUXILIARY)
    ):
        subject = nearest_mention(tokens, verb, sentence.first)
        if subject is None or tokens.tags[subject.core_end - 1] & MESSAGE:
            subject = _subject_of_participle(tokens, verb, sentence, earlier)
    elif tag & PARTICIPLE or (tag & BASE and (before & AUXILIARY or tokens.lower[verb - 1] == "to")):
        subject = _subject_of_participle(tokens, verb, sentence, earlier)
    else:
        return None
    return Attribution(subject, verb, verb + 1, "before") if subject else None


def _subject_of_participle(
    tokens: Tokens, verb: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Mention | None:
    """ "Smith left, saying “Q”": the speaker of the quote before it, or the subject of its clause."""
    start = clause_start(tokens, sentence.first, verb)
    for at in range(verb - 1, start - 1, -1):
        if at in tokens.span_at and tokens.span_at[at] < len(earlier):
            previous = earlier[tokens.span_at[at]]
            if previous.mention is not None:
                return previous.mention
        if (tokens.tags[at] & SPEECH and is_verb(tokens, at)) or (
            at == verb - 1 and tokens.tags[at] & AUXILIARY
        ):
            found = subject_of(tokens, at, start)
            if found is not None:
                return found
    return first_subject(tokens, start, verb)
