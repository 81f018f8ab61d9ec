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

from pipeline.quotes.clauses import (
    clause_start,
    first_subject,
    inverted_subject,
    is_verb,
    nearest_mention,
    subject_of,
    with_apposition,
)
from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    BASE,
    CAPITAL,
    CONJUNCTION,
    CUE,
    FINITE,
    LIGHT,
    MESSAGE,
    ORGANISATION,
    PARTICIPLE,
    PREPOSITION,
    PUNCTUATION,
    QUOTED,
    RELATIVE,
    ROLE,
    SPEAKING,
    SPEECH,
    SUBORDINATOR,
    TIME,
    Lexicon,
)
from pipeline.quotes.mentions import Mention, read_mention
from pipeline.quotes.tokens import DASHES, Sentence, Tokens, closing_character

Rule = Literal[
    "after", "before", "according", "colon", "carried", "continued", "previous", "subject", "signature", "none"
]
_PAUSES = DASHES | {","}
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
        _interrupted(tokens, number, sentence, earlier)
        or _after(tokens, lexicon, at, sentence)
        or _around(tokens, lexicon, at, sentence, earlier)
        or _same_sentence(tokens, number, sentence, earlier)
        or _carry(tokens, lexicon, number, sentence, earlier)
    )


def _interrupted(
    tokens: Tokens, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """The second half of “Q,” Smith said, “Q.”"""
    at = tokens.token_of_span[number]
    if number == 0 or tokens.token_of_span[number - 1] < sentence.first or earlier[number - 1].rule != "after":
        return None
    if tokens.words[at - 1] not in _PAUSES:
        return None
    verb = earlier[number - 1].cue_first
    if any(tokens.tags[k] & CUE and k != verb for k in range(at - 2, at)):
        return None
    return _again(earlier[number - 1], "carried")


def _again(previous: Attribution, rule: Rule) -> Attribution:
    return Attribution(previous.mention, previous.cue_first, previous.cue_end, rule)


def _around(
    tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """A cue before the quote, unless only a weak one is there and a strong one ends the sentence."""
    before = _before(tokens, lexicon, at, sentence, earlier)
    if before is not None and before.cue_first is not None and before.mention is not None:
        speaks = tokens.tags[before.cue_first] & (SPEECH | SPEAKING)
        if speaks and is_person(tokens, before.mention):
            return before
    return _at_end(tokens, lexicon, at, sentence) or before


def _at_end(tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence) -> Attribution | None:
    """ "The plan is “Q” for the club, said Smith." -- the speaker behind the whole sentence."""
    for comma in range(at + 1, sentence.end - 2):
        if tokens.words[comma] not in _PAUSES or tokens.words[comma] == "-":
            continue
        first = comma + 1
        limit = next_quote(tokens, first, sentence.end)
        found = according(tokens, lexicon, first, limit)
        if found is None and tokens.tags[first] & SPEECH and not tokens.tags[first] & CAPITAL:
            found = after_inverted(tokens, first, limit)
        elif found is None:
            found = short_clause(tokens, first, limit)
        if found is not None:
            return found
    return None


def short_clause(tokens: Tokens, first: int, limit: int) -> Attribution | None:
    """ ", Smith said" or ", Smith, a nurse, said": a clause whose verb of speech has no object."""
    found = _after_subject(tokens, first, limit)
    if found is None or found.mention is None or found.cue_end is None or found.cue_first is None:
        return None
    if found.mention.first != first or not tokens.tags[found.cue_first] & SPEECH:
        return None
    between = tokens.tags[found.cue_first - 1]
    if found.cue_first > found.mention.end and not between & (PUNCTUATION | ADVERB | AUXILIARY):
        return None
    after = found.cue_end
    ends = after >= limit or bool(tokens.tags[after] & (PUNCTUATION | PREPOSITION | TIME | ADVERB))
    return found if ends or _told(tokens, after, limit) else None


def _told(tokens: Tokens, after: int, limit: int) -> bool:
    """ "told reporters", "told The Herald": the object is who was told."""
    return tokens.lower[after - 1] in ("told", "tells") and after < limit


def _is_alone(tokens: Tokens, at: int, sentence: Sentence) -> bool:
    """Whether the sentence holds nothing but quotes and punctuation."""
    nothing = PUNCTUATION | QUOTED
    return all(tokens.tags[k] & nothing for k in range(sentence.first, sentence.end))


def _after(tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence) -> Attribution | None:
    """A speaker right after the closing mark: “Q,” said Smith; “Q,” Smith, a nurse, said."""
    first = at + 1
    while first < sentence.end and tokens.words[first] in _PAUSES:
        first += 1
    limit = next_quote(tokens, first, sentence.end)
    if first >= limit or not _may_lead(tokens, at, first, sentence):
        return None
    found = according(tokens, lexicon, first, limit)
    if found is not None:
        return None if _is_called(tokens, at, sentence) else found
    if tokens.lower[first] in lexicon.said_by:
        return _said_by(tokens, first, limit)
    if tokens.lower[first] in ("wie", "as") and first + 2 < limit:
        first += 1
    if tokens.tags[first] & AUXILIARY and not tokens.tags[first] & PREPOSITION and first + 2 < limit:
        first += 1
    if tokens.lower[first] in lexicon.impersonal:
        return _impersonal(tokens, first, limit)
    if tokens.tags[first] & FINITE and not tokens.tags[first] & CAPITAL:
        return after_inverted(tokens, first, limit)
    return _after_subject(tokens, first, limit)


def _may_lead(tokens: Tokens, at: int, first: int, sentence: Sentence) -> bool:
    """A quote that begins its sentence, or ends in a comma, may have its speaker behind it."""
    last = closing_character(tokens.text, tokens.spans[tokens.span_at[at]])
    if first > at + 1 or last in (",", "?", "!", "—", "…"):
        return True
    return _begins(tokens, at, sentence)


def _begins(tokens: Tokens, at: int, sentence: Sentence) -> bool:
    """Whether nothing but quotes and punctuation stands before the quote in its sentence."""
    return all(tokens.tags[k] & (QUOTED | PUNCTUATION) for k in range(sentence.first, at))


def _said_by(tokens: Tokens, first: int, limit: int) -> Attribution | None:
    """„Q“, so Lee."""
    mention = read_mention(tokens, first + 1, limit)
    return Attribution(with_apposition(tokens, mention, limit), first, first + 1, "according") if mention else None


def _impersonal(tokens: Tokens, verb: int, limit: int) -> Attribution | None:
    """„Q“, heißt es in dem Brief."""
    for at in range(verb + 1, limit - 1):
        if tokens.tags[at] & PREPOSITION:
            mention = read_mention(tokens, at + 1, limit)
            return Attribution(mention, verb, verb + 1, "after") if mention else None
    return None


def _is_called(tokens: Tokens, at: int, sentence: Sentence) -> bool:
    """ "Smith dismissed the plan as “Q”": who called it so is in the sentence, whoever reports it."""
    return at > sentence.first and tokens.lower[at - 1] == "as" and bool(
        any(tokens.tags[k] & (FINITE | PARTICIPLE) for k in range(sentence.first, at))
    )


def next_quote(tokens: Tokens, first: int, end: int) -> int:
    return next((k for k in range(first, end) if tokens.tags[k] & QUOTED), end)


def after_inverted(tokens: Tokens, verb: int, limit: int) -> Attribution | None:
    subject = inverted_subject(tokens, verb, limit)
    return Attribution(subject, verb, verb + 1, "after") if subject else None


def _after_subject(tokens: Tokens, first: int, limit: int) -> Attribution | None:
    mention = read_mention(tokens, first, limit)
    if mention is None:
        return None
    for at in range(mention.core_end, min(limit, first + _FARTHEST_VERB)):
        if tokens.tags[at] & (FINITE | BASE) and is_verb(tokens, at):
            if not _reaches(tokens, mention, at):
                return None
            return Attribution(with_apposition(tokens, mention, limit), at, at + 1, "after")
    return None


def _reaches(tokens: Tokens, mention: Mention, verb: int) -> bool:
    """Whether the words between a mention and a verb leave the mention its subject."""
    between = range(mention.end, verb)
    if all(tokens.tags[k] & (ADVERB | AUXILIARY | LIGHT) or tokens.lower[k].endswith("ly") for k in between):
        return True
    if not tokens.tags[verb] & SPEECH:
        return False
    after = tokens.tags[mention.core_end]
    if tokens.words[mention.core_end] in _PAUSES | {"("} or after & (RELATIVE | PREPOSITION):
        return True
    return is_person(tokens, mention) and not any(tokens.words[k] == "," for k in between)


def is_person(tokens: Tokens, mention: Mention) -> bool:
    """A pronoun, a name, or a noun for people or for what speaks in their place."""
    if mention.kind != "noun":
        return True
    return any(tokens.tags[k] & (ROLE | ORGANISATION) for k in range(mention.first, mention.core_end))


def according(tokens: Tokens, lexicon: Lexicon, first: int, limit: int) -> Attribution | None:
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
    """The cue before the quote in its sentence, and the subject of that cue."""
    found = _nearest_cue(tokens, at, sentence, earlier)
    if found is not None:
        return found
    named = _before_colon(tokens, at, sentence)
    if named is not None:
        return named
    for first in range(sentence.first, at):
        stated = according(tokens, lexicon, first, at)
        if stated is not None:
            return stated
    if lexicon.subjunctives and _is_reported(tokens, lexicon, sentence):
        return None
    start = clause_start(tokens, sentence.first, at)
    subject = first_subject(tokens, start, at) or first_subject(tokens, start, sentence.end)
    return Attribution(subject, None, None, "subject") if subject else None


def _is_reported(tokens: Tokens, lexicon: Lexicon, sentence: Sentence) -> bool:
    """Whether the verb form marks the sentence as reported: its speaker was named before."""
    return any(tokens.lower[k] in lexicon.subjunctives for k in range(sentence.first, sentence.end))


def _before_colon(tokens: Tokens, at: int, sentence: Sentence) -> Attribution | None:
    """ "Ann Lee: “Q”", "More from the report: “Q”": who stands before a colon without a cue."""
    if at - 2 < sentence.first or tokens.words[at - 1] != ":":
        return None
    mention = nearest_mention(tokens, at - 1, sentence.first)
    if mention is None or mention.end != at - 1 or not is_person(tokens, mention):
        return None
    if tokens.verb_second and mention.first > sentence.first and not tokens.tags[mention.first - 1] & PUNCTUATION:
        return None
    return Attribution(mention, None, None, "colon")


def _nearest_cue(
    tokens: Tokens, at: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    """The last cue before the quote; a verb of speech that governs it ("said he called it “Q”") comes first."""
    nearest: Attribution | None = None
    for verb in range(at - 1, sentence.first - 1, -1):
        tag = tokens.tags[verb]
        if not tag & (CUE | BASE):
            continue
        found = _at_cue(tokens, verb, at, sentence, earlier)
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
    between = [k for k in range(verb + 1, at) if not tokens.tags[k] & PUNCTUATION and tokens.lower[k] != "that"]
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


_CLAUSE_ENDS = _PAUSES | {";", ":"}


def _at_cue(
    tokens: Tokens, verb: int, at: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    tag, before = tokens.tags[verb], tokens.tags[verb - 1] if verb > sentence.first else 0
    if is_verb(tokens, verb):
        subject = subject_of(tokens, verb, sentence.first) or inverted_subject(tokens, verb, at)
    elif tag & PARTICIPLE and before and not before & (PUNCTUATION | PREPOSITION | CONJUNCTION | ADVERB | AUXILIARY):
        subject = nearest_mention(tokens, verb, sentence.first)
        if subject is None or tokens.tags[subject.core_end - 1] & MESSAGE:
            subject = _subject_of_participle(tokens, verb, sentence, earlier)
    elif tag & PARTICIPLE or tag & BASE and (before & AUXILIARY or tokens.lower[verb - 1] == "to"):
        subject = _subject_of_participle(tokens, verb, sentence, earlier)
    else:
        return None
    return Attribution(subject, verb, verb + 1, "before") if subject else None


def _subject_of_participle(
    tokens: Tokens, verb: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Mention | None:
    """ "Smith left, saying “Q”": the speaker of the quote before in the sentence, or the subject of its clause."""
    start = clause_start(tokens, sentence.first, verb)
    for at in range(verb - 1, start - 1, -1):
        if at in tokens.span_at and tokens.span_at[at] < len(earlier):
            previous = earlier[tokens.span_at[at]]
            if previous.mention is not None:
                return previous.mention
        if tokens.tags[at] & SPEECH and is_verb(tokens, at) or at == verb - 1 and tokens.tags[at] & AUXILIARY:
            found = subject_of(tokens, at, start)
            if found is not None:
                return found
    return first_subject(tokens, start, verb)


def _same_sentence(
    tokens: Tokens, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution | None:
    if number == 0 or tokens.token_of_span[number - 1] < sentence.first:
        return None
    return _again(earlier[number - 1], "carried")


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
        return _again(found, "colon") if found else NOBODY
    signed = _signature(tokens, at, tokens.spans[number].repaired)
    if signed is not None:
        return signed
    if number and tokens.token_of_span[number - 1] >= before.first:
        return _again(_main(tokens, number, before, earlier), "carried" if before.paragraph == sentence.paragraph else "continued")
    if before.paragraph == sentence.paragraph or not number:
        found = _before(tokens, lexicon, before.end, before, earlier)
        if found is not None:
            return _again(found, "previous")
    if number:
        return _again(earlier[number - 1], "continued")
    return NOBODY


def _main(
    tokens: Tokens, number: int, sentence: Sentence, earlier: Sequence[Attribution]
) -> Attribution:
    """The attribution of the last quote in a sentence that has a verb of speech; failing that, of the last."""
    for index in range(number - 1, -1, -1):
        if tokens.token_of_span[index] < sentence.first:
            break
        cue = earlier[index].cue_first
        if cue is not None and tokens.tags[cue] & (SPEECH | SPEAKING):
            return earlier[index]
    return earlier[number - 1]


def _signature(tokens: Tokens, sentence: int, repaired: bool) -> Attribution | None:
    """A line of its own after the quote: - Name; without the dash where the quote is closed behind the name."""
    if sentence + 1 >= len(tokens.sentences):
        return None
    line = tokens.sentences[sentence + 1]
    dash = tokens.words[line.first] in DASHES
    if line.end - line.first > 12 or not (dash or repaired):
        return None
    mention = read_mention(tokens, line.first + dash, line.end)
    return Attribution(mention, None, None, "signature") if mention and mention.kind == "name" else None
