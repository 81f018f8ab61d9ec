"""Indirect quotes: what somebody is reported to have said, without quote marks.

    Smith said (that) the plan had failed         the clause behind the verb of speech
    Smith told reporters that the plan had failed
    Smith vowed to fight / asked whether ...
    According to Smith, the plan had failed       the rest of the sentence
    The plan had failed, Smith said               the sentence before its speaker

The content runs to the end of the sentence, or to where another speaker or a clause of the writer's starts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.quotes.after import after_inverted, short_clause
from pipeline.quotes.clauses import clause_start, first_subject, inverted_subject, subject_of
from pipeline.quotes.contents import (
    PHRASE,
    SAYING,
    SHORTEST,
    content_end,
    content_start,
    has_verb,
    is_paraphrase,
    last_word,
)
from pipeline.quotes.cues import PAUSES, Attribution, according, is_person, next_quote
from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    BASE,
    CAPITAL,
    CITING,
    CONJUNCTION,
    DETERMINER,
    NUMBER,
    PARTICIPLE,
    PHRASAL,
    PREPOSITION,
    PRONOUN,
    PUNCTUATION,
    QUOTED,
    RELATIVE,
    REPORTED_OBJECT,
    REPORTING,
    SPEECH,
    SUBORDINATOR,
    TIME,
    Lexicon,
)
from pipeline.quotes.mentions import Mention
from pipeline.quotes.tokens import Sentence, Tokens
from pipeline.quotes.verbs import is_verb

_REPORTS = REPORTING | REPORTED_OBJECT | PHRASAL  # tags of words that can report
_CLAUSE = 5  # tokens from which on a part of a sentence without a lead-in is taken for a clause
_SHARE_WORDS = frozenset(
    ["%", "percent", "in", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
)
_ASIDE = frozenset(["as", "and", "but"])  # ", as Smith said,"
_REACH = 40  # tokens in which a speaker set off by commas must end


@dataclass(frozen=True, slots=True)
class Reported:
    """Indirect content: tokens `first` up to `end`, with its attribution."""

    first: int
    end: int
    found: Attribution
    goes_on: int | None = None  # token at which the part before its speaker starts


def find_reported(tokens: Tokens, lexicon: Lexicon, cues: frozenset[int]) -> list[Reported]:
    """The indirect quotes of a text, one perhaps within another; `cues` already serve marked quotes.

    Only sentences with a word that can report are read: that is less than half of them.
    """
    found: list[Reported] = []
    citing = [at for at, tag in enumerate(tokens.tags) if tag & CITING]
    for number, words in groupby(citing, key=tokens.sentence_at.__getitem__):
        here: list[Reported] = []
        for reported in _in_sentence(tokens, lexicon, tokens.sentences[number], list(words), cues):
            if not any(_crosses(reported, other) for other in here):
                here.append(reported)
        found.extend(here)
    return found


def _crosses(one: Reported, other: Reported) -> bool:
    """Whether two overlap and neither lies within the other, or both are the same."""
    if one.end <= other.first or other.end <= one.first:
        return False
    within = one.first >= other.first and one.end <= other.end
    around = other.first >= one.first and other.end <= one.end
    return within == around


def _in_sentence(
    tokens: Tokens, lexicon: Lexicon, sentence: Sentence, citing: list[int], cues: frozenset[int]
) -> Iterator[Reported]:
    """What the words `citing` report, and what the whole sentence does."""
    yield from _whole_sentence(tokens, lexicon, sentence, citing)
    lower, tags = tokens.lower, tokens.tags
    for at in citing:
        if at >= sentence.end - SHORTEST:
            break
        if not tags[at] & _REPORTS and lower[at] not in lexicon.states:
            continue
        reported = None
        if lower[at] in lexicon.claims:
            reported = _behind_noun(tokens, lexicon, at, sentence)
        elif lower[at] in lexicon.certainties:
            reported = _behind_adjective(tokens, lexicon, at, sentence)
        elif _reports(tokens, lexicon, at) and (at not in cues or _states_clause(tokens, at)):
            reported = _behind_verb(tokens, lexicon, at, sentence)
        if reported is not None:
            yield reported


def _reports(tokens: Tokens, lexicon: Lexicon, at: int) -> bool:
    """A verb of report, or one that reports with the preposition behind it ("spoke of")."""
    tag = tokens.tags[at]
    if tag & (REPORTING | REPORTED_OBJECT):
        return True
    return bool(tag & PHRASAL) and (tokens.lower[at], tokens.lower[at + 1]) in lexicon.phrases


def _behind_noun(tokens: Tokens, lexicon: Lexicon, noun: int, sentence: Sentence) -> Reported | None:
    """ "Smith repeated the claim that the plan had failed"."""
    first = noun + 1
    if tokens.lower[first] not in lexicon.complementizers:
        return _behind_verb(tokens, lexicon, noun, sentence) if tokens.tags[noun] & REPORTING else None
    end = content_end(tokens, first, sentence)
    subject = first_subject(tokens, clause_start(tokens, sentence.first, noun), noun)
    if subject is None or end - first < SHORTEST or not is_paraphrase(tokens, lexicon, first, end):
        return None
    return Reported(first, end, Attribution(subject, noun, noun + 1, "subject"))


def _behind_adjective(tokens: Tokens, lexicon: Lexicon, at: int, sentence: Sentence) -> Reported | None:
    """ "She is certain (that) the plan had failed"."""
    if at == sentence.first or not tokens.tags[at - 1] & (AUXILIARY | ADVERB):
        return None
    subject = subject_of(tokens, at, sentence.first)
    opened = tokens.lower[at + 1] in lexicon.complementizers
    if subject is None or not (opened or tokens.tags[at + 1] & PRONOUN):
        return None
    end = content_end(tokens, at + 1, sentence)
    if end - at <= SHORTEST or not is_paraphrase(tokens, lexicon, at + 1, end):
        return None
    return Reported(at + 1, end, Attribution(subject, at, at + 1, "before"))


def _whole_sentence(
    tokens: Tokens, lexicon: Lexicon, sentence: Sentence, citing: list[int]
) -> list[Reported]:
    """ "According to Smith, ..." and "..., Smith said, ...": the sentence is content but for its speaker."""
    start = sentence.first
    while start + 1 < sentence.end and tokens.tags[start] & CONJUNCTION:
        start += 1
    stated = according(tokens, lexicon, start, sentence.end)
    if stated is not None and stated.mention is not None:
        reach = range(stated.mention.core_end, min(sentence.end, stated.mention.core_end + _REACH))
        first = next((at for at in reach if tokens.words[at] == ","), sentence.end)
        return _contents(tokens, [(first + 1, last_word(tokens, sentence))], stated)
    if tokens.lower[start] == "as" and sentence.end - start > PHRASE:
        stated = short_clause(tokens, start + 1, sentence.end)
        behind = stated.cue_end if stated is not None and stated.cue_end is not None else sentence.end
        if stated is not None and behind < sentence.end and tokens.words[behind] == ",":
            return _contents(tokens, [(behind + 1, last_word(tokens, sentence))], stated)
    within = tokens.words[sentence.first + 1 : min(sentence.end - 2, citing[-1])]
    for comma, word in enumerate(within, sentence.first + 1):
        if word == "," and not tokens.tags[comma + 1] & PUNCTUATION:
            stated = _stated_at(tokens, lexicon, comma + 1, sentence)
            parts = _around_speaker(tokens, comma, stated, sentence) if stated is not None else []
            if parts:
                return parts
    return []


def _stated_at(tokens: Tokens, lexicon: Lexicon, first: int, sentence: Sentence) -> Attribution | None:
    """A speaker set off by commas at token `first`: "according to Smith", "Smith said", "said Smith"."""
    if tokens.tags[first] & RELATIVE:
        return None
    first += tokens.lower[first] in _ASIDE
    limit = next_quote(tokens, first, min(sentence.end, first + _REACH))
    found = according(tokens, lexicon, first, limit)
    if found is not None:
        return found
    tag = tokens.tags[first]
    if (tag & SPEECH or (tag & BASE and tag & REPORTING)) and not tag & CAPITAL:
        return _inverted(tokens, first, limit)
    return short_clause(tokens, first, limit)


def _inverted(tokens: Tokens, verb: int, limit: int) -> Attribution | None:
    """ "..., said Smith." -- with nothing but a comma or a phrase behind the subject."""
    found = after_inverted(tokens, verb, limit)
    if found is None or found.mention is None or not is_person(tokens, found.mention):
        return None
    after = found.mention.core_end
    ends = after >= limit or bool(tokens.tags[after] & (PUNCTUATION | PREPOSITION | RELATIVE | TIME))
    return found if ends and tokens.tags[verb] & REPORTING else None


def _around_speaker(tokens: Tokens, comma: int, stated: Attribution, sentence: Sentence) -> list[Reported]:
    """What stands on both sides of a speaker set off by commas: "The plan, Smith said, has failed"."""
    behind = _behind_speaker(tokens, stated, sentence)
    led_in = tokens.tags[sentence.first] & (PREPOSITION | PARTICIPLE | SUBORDINATOR)
    clause = has_verb(tokens, sentence.first, comma) or (not led_in and comma - sentence.first > _CLAUSE)
    before = [(sentence.first, comma)] if clause or behind else []
    return _contents(tokens, before + behind, stated)


def _behind_speaker(tokens: Tokens, stated: Attribution, sentence: Sentence) -> list[tuple[int, int]]:
    """The rest of the sentence behind "..., Smith said,", unless it goes on with what else he did."""
    if stated.mention is None or stated.cue_end is None:
        return []
    end = max(stated.cue_end, stated.mention.end)
    if end + 1 >= sentence.end or tokens.words[end] != ",":
        return []
    if tokens.tags[end + 1] & (PARTICIPLE | RELATIVE) and not tokens.tags[end + 1] & CAPITAL:
        return []
    return [(end + 1, content_end(tokens, end + 1, sentence))]


def _contents(tokens: Tokens, parts: list[tuple[int, int]], found: Attribution) -> list[Reported]:
    """The parts that are long enough to be content and are not marked quotes."""
    made = (_content(tokens, first, end, found) for first, end in parts)
    kept = [reported for reported in made if reported is not None]
    return [*kept[:1], *(replace(part, goes_on=kept[0].first) for part in kept[1:])]


def _content(tokens: Tokens, first: int, end: int, found: Attribution) -> Reported | None:
    while first < end and tokens.tags[first] & CONJUNCTION and not tokens.tags[first] & CAPITAL:
        first += 1
    if end - first < SHORTEST or any(tokens.tags[k] & QUOTED for k in range(first, end)):
        return None
    return Reported(first, end, found)


def _behind_verb(tokens: Tokens, lexicon: Lexicon, verb: int, sentence: Sentence) -> Reported | None:
    """What follows a verb of speech that has a subject: a clause, or the object of a verb like "denied"."""
    subject = _reporter(tokens, lexicon, verb, sentence)
    if subject is not None and not is_person(tokens, subject):
        first_named = first_subject(tokens, clause_start(tokens, sentence.first, verb), verb)
        if first_named is not None and is_person(tokens, first_named):
            subject = first_named
        elif not tokens.tags[verb] & (SPEECH | BASE):
            return None
    if subject is None:
        return None
    end = content_end(tokens, verb + 1, sentence)
    if verb + 2 < end and (tokens.lower[verb], tokens.lower[verb + 1]) in lexicon.phrases:
        first: int | None = verb + 2
    else:
        first = content_start(tokens, lexicon, verb, end)
    if first is None or end - first < SHORTEST:
        return None
    if not is_paraphrase(tokens, lexicon, first, end):
        return None
    return Reported(first, end, Attribution(subject, verb, verb + 1, "before"))


def _states_clause(tokens: Tokens, verb: int) -> bool:
    """Whether a cue of a quoted fragment has a "that" of its own: the whole clause is reported as well."""
    return (
        verb + 2 < len(tokens.lower)
        and tokens.lower[verb + 1] == "that"
        and not tokens.tags[verb + 2] & QUOTED
    )


def _reporter(tokens: Tokens, lexicon: Lexicon, verb: int, sentence: Sentence) -> Mention | None:
    """The subject of a finite verb, of one behind an auxiliary, or of a participle behind a comma."""
    tag = tokens.tags[verb]
    before = tokens.tags[verb - 1] if verb > sentence.first else 0
    led = tag & (BASE | PARTICIPLE) and _is_behind_auxiliary(tokens, lexicon, verb, sentence)
    if led or is_verb(tokens, verb):
        return subject_of(tokens, verb, sentence.first) or _share(tokens, verb, sentence)
    if tag & BASE and tokens.lower[verb - 1] == "to" and verb > sentence.first + 1:
        return subject_of(tokens, verb, sentence.first)
    leads = verb == sentence.first or before & (PREPOSITION | CONJUNCTION) or tokens.words[verb - 1] in PAUSES
    if tag & PARTICIPLE and leads:
        return _subject_of_participle(tokens, verb, sentence)
    return None


def _is_behind_auxiliary(tokens: Tokens, lexicon: Lexicon, verb: int, sentence: Sentence) -> bool:
    """ "would say", and with an adverb between if a clause follows: "did not say if", "may now ask if"."""
    at = verb - 1
    if tokens.lower[verb + 1] not in lexicon.complementizers:
        return at >= sentence.first and bool(tokens.tags[at] & AUXILIARY)
    while at > sentence.first and tokens.tags[at] & ADVERB and not tokens.tags[at] & (DETERMINER | CAPITAL):
        at -= 1
    return at >= sentence.first and bool(tokens.tags[at] & AUXILIARY)


def _share(tokens: Tokens, verb: int, sentence: Sentence) -> Mention | None:
    """ "Six in 10 say", "47% said": part of those who were asked."""
    if tokens.lower[verb] not in SAYING or verb == sentence.first:
        return None
    first = verb
    while first > sentence.first and (
        tokens.tags[first - 1] & NUMBER or tokens.lower[first - 1] in _SHARE_WORDS
    ):
        first -= 1
    return Mention("noun", first, verb, verb) if first < verb else None


def _subject_of_participle(tokens: Tokens, verb: int, sentence: Sentence) -> Mention | None:
    """Of "Smith left, noting that ..." and of "“Q,” Smith said, noting that ..."."""
    start = clause_start(tokens, sentence.first, verb)
    if verb == start:
        return first_subject(tokens, start, sentence.end)
    for at in range(verb - 1, start, -1):
        if tokens.tags[at] & SPEECH and is_verb(tokens, at):
            return subject_of(tokens, at, start) or inverted_subject(tokens, at, verb)
    return first_subject(tokens, start, verb)
