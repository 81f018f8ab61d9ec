"""Speakers behind the quote: “Q,” said Smith / “Q,” Smith, a nurse, said / “Q,” according to Smith."""

from pipeline.quotes.clauses import inverted_subject, with_apposition
from pipeline.quotes.cues import PAUSES, Attribution, according, is_person, next_quote
from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    BASE,
    CAPITAL,
    FINITE,
    LIGHT,
    PARTICIPLE,
    PREPOSITION,
    PUNCTUATION,
    QUOTED,
    RELATIVE,
    REPORTING,
    SPEECH,
    TIME,
    Lexicon,
)
from pipeline.quotes.mentions import Mention, read_mention
from pipeline.quotes.tokens import DASHES, Sentence, Tokens, closing_character
from pipeline.quotes.verb_second import cited
from pipeline.quotes.verbs import is_verb

_PASSIVE = frozenset("is are was were be been being".split())
_FARTHEST_VERB = 30  # tokens from a closing mark to the verb of its speaker


def read_after(tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence) -> Attribution | None:
    """A speaker right after the closing mark: “Q,” said Smith; “Q,” Smith, a nurse, said."""
    first = at + 1
    while first < sentence.end and tokens.words[first] in PAUSES:
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
    if tokens.lower[first] in lexicon.cited:
        mention = cited(tokens, first, limit, None)
        return Attribution(mention, first, first + 1, "after") if mention else None
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


def _is_called(tokens: Tokens, at: int, sentence: Sentence) -> bool:
    """ "Smith dismissed the plan as “Q”": who called it so is in the sentence, whoever reports it."""
    return (
        at > sentence.first
        and tokens.lower[at - 1] == "as"
        and bool(any(tokens.tags[k] & (FINITE | PARTICIPLE) for k in range(sentence.first, at)))
    )


def _impersonal(tokens: Tokens, verb: int, limit: int) -> Attribution | None:
    """„Q“, heißt es in dem Brief."""
    for at in range(verb + 1, limit - 1):
        if tokens.tags[at] & PREPOSITION:
            mention = read_mention(tokens, at + 1, limit)
            return Attribution(mention, verb, verb + 1, "after") if mention else None
    return None


def _said_by(tokens: Tokens, first: int, limit: int) -> Attribution | None:
    """„Q“, so Lee."""
    mention = read_mention(tokens, first + 1, limit)
    return (
        Attribution(with_apposition(tokens, mention, limit), first, first + 1, "according")
        if mention
        else None
    )


def _said_at_end(tokens: Tokens, lexicon: Lexicon, first: int, limit: int) -> Attribution | None:
    """ "..., so Lee." and "..., so heißt es in dem Brief."; "so" leads clauses of other kinds as well."""
    if first + 1 < limit and tokens.lower[first + 1] in lexicon.impersonal:
        return _impersonal(tokens, first + 1, limit)
    found = _said_by(tokens, first, limit)
    if found is None or found.mention is None:
        return None
    ends = (found.mention.core_end, found.mention.end)
    over = any(at >= limit or tokens.tags[at] & (PUNCTUATION | PREPOSITION | TIME) for at in ends)
    return found if over else None


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
    if tokens.words[mention.core_end] in PAUSES | {"("} or after & (RELATIVE | PREPOSITION):
        return True
    return is_person(tokens, mention) and not any(tokens.words[k] == "," for k in between)


def read_at_end(tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence) -> Attribution | None:
    """ "The plan is “Q” for the club, said Smith." -- the speaker behind the whole sentence."""
    for comma in range(at + 1, sentence.end - 2):
        if tokens.words[comma] not in PAUSES or tokens.words[comma] == "-":
            continue
        first = comma + 1
        limit = next_quote(tokens, first, sentence.end)
        found = _stated_at_end(tokens, lexicon, first, limit)
        if found is not None:
            return found
    return None


def _stated_at_end(tokens: Tokens, lexicon: Lexicon, first: int, limit: int) -> Attribution | None:
    if tokens.verb_second and tokens.tags[first] & AUXILIARY:
        first += 1
    if tokens.lower[first] in lexicon.said_by:
        return _said_at_end(tokens, lexicon, first, limit)
    if tokens.lower[first] in lexicon.impersonal:
        return _impersonal(tokens, first, limit)
    found = according(tokens, lexicon, first, limit)
    if found is not None:
        return found
    if tokens.tags[first] & SPEECH and not tokens.tags[first] & CAPITAL:
        return after_inverted(tokens, first, limit)
    return short_clause(tokens, first, limit)


def short_clause(tokens: Tokens, first: int, limit: int) -> Attribution | None:
    """ ", Smith said" or ", Smith, a nurse, said": a clause whose verb of speech has no object."""
    found = _after_subject(tokens, first, limit)
    if found is None or found.mention is None or found.cue_end is None or found.cue_first is None:
        return None
    cue = tokens.tags[found.cue_first]
    if found.mention.first != first or not (cue & SPEECH or (cue & BASE and cue & REPORTING)):
        return None
    if tokens.lower[found.cue_first - 1] in _PASSIVE:
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


def read_signature(tokens: Tokens, sentence: int, repaired: bool) -> Attribution | None:
    """A line of its own behind the quote: - Name. Without the dash where the closing mark follows it."""
    if sentence + 1 >= len(tokens.sentences):
        return None
    line = tokens.sentences[sentence + 1]
    dash = tokens.words[line.first] in DASHES
    if line.end - line.first > 12 or not (dash or repaired):
        return None
    mention = read_mention(tokens, line.first + dash, line.end)
    return Attribution(mention, None, None, "signature") if mention and mention.kind == "name" else None
