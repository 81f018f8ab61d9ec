"""Subjects: whose verb it is, found by walking over what English and its neighbours put between the two.

Smith, who runs the agency, has repeatedly said   ->  Smith
in a statement on Monday a spokesman for the club said   ->  a spokesman for the club
Smith (R-Ohio) went on to say   ->  Smith
"""

from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    CONJUNCTION,
    DETERMINER,
    FINITE,
    GENITIVE,
    LIGHT,
    NUMBER,
    OBJECT,
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
    VERB,
)
from pipeline.quotes.mentions import Mention, is_past, read_mention
from pipeline.quotes.tokens import DASHES, Tokens, closing_character
from pipeline.quotes.verbs import is_verb

_COMMAS = frozenset((",", *DASHES))
_BOUNDARY = SUBORDINATOR | RELATIVE | AUXILIARY | PARTICIPLE | PUNCTUATION | QUOTED
_FARTHEST = 40  # tokens from a verb back to its subject


def subject_of(tokens: Tokens, verb: int, floor: int, chained: bool = False) -> Mention | None:
    """The subject before the finite verb at token `verb`, not reaching back beyond token `floor`.

    `chained` tells that this verb was reached from a later one ("left and said"); it goes no further back.
    """
    floor = max(floor, verb - _FARTHEST)
    if tokens.verb_second:
        verb = finite_part(tokens, verb, floor)
    end = _skip_auxiliaries(tokens, verb, floor)
    end = _skip_time(tokens, end, floor)
    if end <= floor:
        return None
    word, tag = tokens.words[end - 1], tokens.tags[end - 1]
    if word == ")":
        end = _before_bracket(tokens, end - 1, floor)
        return mention_before(tokens, end, floor) if end > floor else None
    if word in _COMMAS:
        return _before_parenthesis(tokens, end - 1, floor)
    if tag & RELATIVE or word == "that":
        return _antecedent(tokens, end - 1, floor)
    if tag & CONJUNCTION and not tag & CAPITAL:
        if chained:
            return None
        return _subject_of_previous_verb(tokens, end - 1, floor)
    found = mention_before(tokens, end, floor)
    return with_name_before(tokens, found, floor) if found is not None else None


def finite_part(tokens: Tokens, verb: int, floor: int) -> int:
    """ "Lee hat am Montag in Bonn gesagt": the subject stands beside the auxiliary, if there is one."""
    for at in range(verb - 1, floor - 1, -1):
        if tokens.tags[at] & (PUNCTUATION | QUOTED) and tokens.words[at] != "-":
            break
        if tokens.tags[at] & AUXILIARY:
            return at
    return verb


def _skip_auxiliaries(tokens: Tokens, verb: int, floor: int) -> int:
    end = verb
    while end > floor:
        tag, lower = tokens.tags[end - 1], tokens.lower[end - 1]
        skips = tag & (ADVERB | AUXILIARY | LIGHT) or lower in ("to", "n't") or lower.endswith("ly")
        if not skips or tag & (CAPITAL | DETERMINER):
            break
        end -= 1
    return end


def _skip_time(tokens: Tokens, end: int, floor: int) -> int:
    """Past "released this week" or "on Monday", which stand between a subject and its verb."""
    at = end
    while at > floor and (tokens.tags[at - 1] & TIME or tokens.lower[at - 1] in _BEFORE_TIME):
        at -= 1
    if at == end or not tokens.tags[end - 1] & TIME:
        return end
    if at > floor and tokens.lower[at - 1].endswith("ed") and not tokens.tags[at - 1] & CAPITAL:
        at -= 1
    return at if at > floor else end


_BEFORE_TIME = frozenset(["this", "last", "on", "early", "late", "earlier", "later", "in"])


def _before_bracket(tokens: Tokens, at: int, floor: int) -> int:
    while at > floor and tokens.words[at] != "(":
        at -= 1
    return at


def _antecedent(tokens: Tokens, relative: int, floor: int) -> Mention | None:
    end = relative
    while end > floor and tokens.words[end - 1] in _COMMAS:
        end -= 1
    return mention_before(tokens, end, floor)


def _subject_of_previous_verb(tokens: Tokens, end: int, floor: int) -> Mention | None:
    """For "Smith left the room and said": the subject of the verb before, or of the sentence."""
    for at in range(end - 1, floor, -1):
        if tokens.tags[at - 1] & CONJUNCTION:
            continue
        if tokens.tags[at] & AUXILIARY or is_verb(tokens, at):
            found = subject_of(tokens, at, floor, chained=True)
            if found is not None:
                return found
    return first_subject(tokens, floor, end)


def mention_before(tokens: Tokens, end: int, floor: int) -> Mention | None:
    """The mention that ends just before token `end`."""
    first = end
    while first > floor and not _is_boundary(tokens, first - 1):
        first -= 1
    if first > floor and _is_subject_relative(tokens, first, end):
        return _antecedent(tokens, first - 1, floor)
    chosen: Mention | None = None
    at, after_preposition = first, False
    while at < end:
        tag = tokens.tags[at]
        if tokens.lower[at] in _CLAUSE_OPENERS:
            chosen = None
        if tag & PREPOSITION:
            after_preposition, at = True, at + 1
            continue
        found = read_mention(tokens, at, end)
        if found is None:
            after_preposition, at = False, at + 1
            continue
        if tokens.verb_second and after_preposition and chosen is None:
            at, after_preposition = max(found.core_end, at + 1), False
            continue
        if not after_preposition or chosen is None or found.kind == "pronoun":
            chosen = _name_part(tokens, found) if after_preposition else found
        at, after_preposition = max(found.end if tokens.verb_second else found.core_end, at + 1), False
    return chosen


_CLAUSE_OPENERS = frozenset(["after", "before", "since", "until", "as", "than", "like"])


def _is_subject_relative(tokens: Tokens, first: int, end: int) -> bool:
    """ "an official who relayed the exchange | said": `first` is in the rest of a relative clause."""
    if not tokens.tags[first - 1] & RELATIVE or tokens.lower[first - 1] == "whose" or end - first < 2:
        return False
    return not tokens.tags[first] & (DETERMINER | PRONOUN | POSSESSIVE | CAPITAL)


def nearest_mention(tokens: Tokens, end: int, floor: int) -> Mention | None:
    """The mention of a participle without a comma ("footage of Smith | saying"): the one that touches it."""
    for first in range(end - 1, max(floor, end - 8) - 1, -1):
        if _is_boundary(tokens, first) or tokens.tags[first] & PREPOSITION:
            return read_mention(tokens, first + 1, end)
    return mention_before(tokens, end, floor)


def _is_boundary(tokens: Tokens, at: int) -> bool:
    tag = tokens.tags[at]
    if tag & QUOTED:
        return len(tokens.words[at].split()) > 3
    if tag & CAPITAL:
        return False
    if tag & _BOUNDARY:
        return True
    if tag & CONJUNCTION:
        return not (at > 0 and tokens.tags[at - 1] & (CAPITAL | ROLE | ORGANISATION))
    return bool(tag & VERB) or is_past(tokens, at) or is_verb(tokens, at)


def _name_part(tokens: Tokens, mention: Mention) -> Mention:
    """ "in a statement Ann Lee" read as one run of words: only the name at its end is a subject."""
    if mention.kind != "name":
        return mention
    first = mention.core_end
    while first > mention.first and tokens.tags[first - 1] & CAPITAL:
        first -= 1
    if first > mention.first and tokens.tags[first - 1] & ROLE:
        return mention
    return Mention("name", first, mention.core_end, mention.end)


def _before_parenthesis(tokens: Tokens, comma: int, floor: int) -> Mention | None:
    """The subject before ", who runs the agency," or ", 33, of Ohio,": the first part that is all mention."""
    cuts = [at for at in range(floor, comma) if tokens.words[at] in _COMMAS]
    starts = [floor, *(cut + 1 for cut in cuts)]
    for start, end in zip(starts, [*cuts, comma], strict=True):
        found = _whole_mention(tokens, start, end)
        if found is not None:
            return with_apposition(tokens, found, comma)
    if cuts:
        return mention_before(tokens, cuts[-1], floor)
    return first_subject(tokens, floor, comma)


def _whole_mention(tokens: Tokens, start: int, end: int) -> Mention | None:
    """The mention that fills tokens `start` to `end`, a leading "but" or "while" aside."""
    lead = CONJUNCTION | SUBORDINATOR | (ADVERB if tokens.verb_second else 0)
    while start < end and tokens.tags[start] & lead and not tokens.tags[start] & CAPITAL:
        start += 1
    while start < end and tokens.tags[start] & (QUOTED | PUNCTUATION):
        start += 1
    if start >= end or tokens.tags[start] & (PREPOSITION | NUMBER | TIME | ADVERB):
        return None
    found = read_mention(tokens, start, end)
    if found is None:
        return None
    return found if found.end >= end or tokens.words[found.core_end] == "(" else None


def with_apposition(tokens: Tokens, mention: Mention, limit: int) -> Mention:
    """ "the club's director, Ann Lee": a noun mention takes in the name set beside it."""
    if (
        (mention.kind != "noun" and not tokens.tags[mention.first] & DETERMINER)
        or mention.end + 1 >= limit
        or tokens.words[mention.end] != ","
    ):
        return mention
    name = read_mention(tokens, mention.end + 1, limit)
    if name is None or name.kind != "name" or tokens.tags[name.first] & (DETERMINER | PREPOSITION):
        return mention
    after = name.core_end
    if after < limit and not tokens.tags[after] & (PUNCTUATION | SPEECH | PREPOSITION):
        return mention
    return Mention("noun", mention.first, mention.core_end, name.core_end)


def with_name_before(tokens: Tokens, mention: Mention, floor: int) -> Mention:
    """ "Ann Lee, a nurse from Ohio | said": a noun set beside a name of two words or more goes with it."""
    comma = mention.first - 1
    tag = tokens.tags[mention.first]
    if comma <= floor or tokens.words[comma] != "," or not tag & (DETERMINER | ROLE):
        return mention
    first = comma
    while first > floor and tokens.tags[first - 1] & CAPITAL:
        first -= 1
    starts = first == floor or tokens.tags[first - 1] & (PUNCTUATION | SUBORDINATOR)
    if comma - first < 2 or not starts or tokens.tags[comma - 1] & (GENITIVE | TIME):
        return mention
    return Mention("name", first, comma, mention.end)


def first_subject(tokens: Tokens, first: int, limit: int) -> Mention | None:
    """The subject of a sentence: its first mention that no preposition or subordinator leads in."""
    at = first
    for _ in range(4):
        while at < limit and _leads_in(tokens, at):
            at += 1
        if at >= limit:
            return None
        leads = tokens.tags[at] & (PREPOSITION | SUBORDINATOR | PARTICIPLE | FINITE)
        if not leads or (tokens.tags[at] & CAPITAL and not tokens.tags[at] & (PARTICIPLE | FINITE)):
            return read_mention(tokens, at, limit)
        comma = next((k for k in range(at, limit) if _has_comma(tokens, k)), None)
        if comma is None:
            return None
        at = comma + 1
    return None


def clause_start(tokens: Tokens, first: int, at: int) -> int:
    """Where the clause of token `at` starts: after the last "; " or ", and she ..." before it."""
    for cut in range(at - 3, first, -1):
        if tokens.words[cut] == ";":
            return cut + 1
        if tokens.words[cut] == "," and tokens.tags[cut + 1] & (CONJUNCTION | SUBORDINATOR):
            subject = read_mention(tokens, cut + 2, at)
            if subject is not None and _goes_on_as_clause(tokens, subject, at):
                return cut + 2
    return first


def _has_comma(tokens: Tokens, at: int) -> bool:
    """A comma, or a quote that ends in one."""
    if tokens.tags[at] & QUOTED:
        return closing_character(tokens.text, tokens.spans[tokens.span_at[at]]) == ","
    return tokens.words[at] == ","


def _leads_in(tokens: Tokens, at: int) -> bool:
    tag = tokens.tags[at]
    if tag & PUNCTUATION or tokens.words[at] in DASHES:
        return True
    if tag & QUOTED or tag & CAPITAL or tag & (DETERMINER | PRONOUN):
        return False
    return bool(tag & (CONJUNCTION | ADVERB)) or tokens.lower[at].endswith("ly")


_NO_SUBJECT = frozenset(["it", "that", "this", "so", "there", "nothing", "everything", "something"])


def inverted_subject(tokens: Tokens, verb: int, limit: int) -> Mention | None:
    """The subject after the verb ("said Ann Lee, a nurse"), None where what follows is no subject."""
    at = verb + 1
    while at < limit and tokens.tags[at] & ADVERB and not tokens.tags[at] & (CAPITAL | DETERMINER):
        at += 1
    if at >= limit or (
        tokens.tags[at] & (PREPOSITION | SUBORDINATOR | TIME) and not tokens.tags[at] & CAPITAL
    ):
        return None
    if (tokens.tags[at] & OBJECT and not tokens.tags[at] & ROLE) or tokens.lower[at] in _NO_SUBJECT:
        return None
    found = read_mention(tokens, at, limit)
    if found is None or _goes_on_as_clause(tokens, found, limit):
        return None
    return with_apposition(tokens, found, limit)


def _goes_on_as_clause(tokens: Tokens, mention: Mention, limit: int) -> bool:
    """ "said the plan was": the mention has a verb of its own."""
    at = mention.core_end
    if at < limit and tokens.lower[at] in ("of", "for"):
        at = mention.end
    return at < limit and (bool(tokens.tags[at] & AUXILIARY) or is_verb(tokens, at))
