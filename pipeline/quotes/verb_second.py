"""Subjects of languages whose finite verb stands second: before it, or behind it where something else leads.

Eva Lang sagte                          Eva Lang
Am Montag sagte Eva Lang                Eva Lang
Den Plan nannte Eva Lang „...“          Eva Lang: "den" is no nominative
Zuvor hatte Eva Lang gesagt             Eva Lang: the auxiliary is the finite verb
In dem Brief heißt es                   dem Brief
Die Zeitung zitiert Eva Lang            Eva Lang
"""

from pipeline.quotes.clauses import finite_part, inverted_subject, subject_of, with_apposition
from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    CONJUNCTION,
    FUNCTION,
    ORGANISATION,
    PREPOSITION,
    PUNCTUATION,
    QUOTED,
    ROLE,
    SPEECH,
    TITLE,
    VERB,
    Lexicon,
)
from pipeline.quotes.mentions import Mention, read_mention
from pipeline.quotes.tokens import Tokens
from pipeline.quotes.verbs import is_verb

_OBLIQUE = frozenset("den dem des einen einem eines ihm ihn ihnen".split())
_FEMININE = ("ung", "schaft", "heit", "keit", "tät", "ion", "schrift", "presse", "behörde", "agentur")
_MODIFIERS = ("lich", "isch", "end", "haft", "weise", "bar", "sam")  # of adverbs that lead a sentence


def subject_of_second(tokens: Tokens, lexicon: Lexicon, verb: int, floor: int, limit: int) -> Mention | None:
    """Whose verb stands at token `verb`, between tokens `floor` and `limit`; for "heißt es" its source."""
    if tokens.lower[verb] in lexicon.impersonal and "es" in tokens.lower[verb - 1 : verb + 2]:
        return source_of(tokens, verb, floor, limit)
    finite = finite_part(tokens, verb, floor)
    lead = subject_of(tokens, verb, floor)
    behind = inverted_subject(tokens, finite, limit)
    if tokens.lower[verb] in lexicon.cited and finite == verb:
        return cited(tokens, verb, limit, lead) or lead
    if lead is None and finite > floor and tokens.tags[finite - 1] & CONJUNCTION:
        return _of_verb_before(tokens, lexicon, finite - 1, floor) or behind
    if lead is None or behind is None:
        return lead or behind
    weight = 0 if _is_cut_off(tokens, lead, finite) else _strength(tokens, lead)
    return lead if weight > 0 or weight >= _strength(tokens, behind) else behind


def leading_subject(tokens: Tokens, first: int, limit: int) -> Mention | None:
    """ "Im Kongress warb Lang ...", "Hier sparte der Minister": behind a verb that the lexicon lacks.

    "Für Lang ist der Fall klar" says what she thinks.
    """
    while first < limit and tokens.tags[first] & (PUNCTUATION | CONJUNCTION):
        first += 1
    led = None
    if first < limit and tokens.tags[first] & PREPOSITION:
        led = read_mention(tokens, first + 1, limit)
        verb = led.end if led is not None else limit
    else:
        verb = first + 1 if first < limit and tokens.tags[first] & ADVERB else limit
    if verb >= limit or tokens.tags[verb] & (CAPITAL | PUNCTUATION | QUOTED | FUNCTION & ~AUXILIARY):
        return None
    if tokens.lower[first] == "für" and tokens.tags[verb] & AUXILIARY and led is not None:
        return led
    subject = inverted_subject(tokens, verb, limit)
    return subject if subject is not None and _strength(tokens, subject) >= 0 else None


def stated_in_lead(tokens: Tokens, first: int, limit: int) -> tuple[Mention, int] | None:
    """ "Wie Lang gestern erklärte, ...": who stated it, and the verb, which ends such a clause."""
    mention = read_mention(tokens, first, limit)
    if mention is None:
        return None
    for at in range(mention.core_end, limit - 1):
        if tokens.tags[at] & SPEECH and tokens.words[at + 1] == ",":
            return with_apposition(tokens, mention, at), at
    return None


def source_of(tokens: Tokens, verb: int, floor: int, limit: int) -> Mention | None:
    """ "In dem Brief heißt es", "heißt es in dem Brief": what stands behind the preposition."""
    first = floor
    while first < verb and tokens.tags[first] & PUNCTUATION:
        first += 1
    if tokens.tags[first] & PREPOSITION:
        return read_mention(tokens, first + 1, verb)
    for at in range(verb + 1, limit - 1):
        if tokens.tags[at] & PREPOSITION:
            return read_mention(tokens, at + 1, limit)
        if tokens.tags[at] & (PUNCTUATION | QUOTED):
            break
    return None


def cited(tokens: Tokens, verb: int, limit: int, lead: Mention | None) -> Mention | None:
    """Who is cited: the object, which is the second mention behind the verb where none leads."""
    first = read_mention(tokens, verb + 1, limit)
    if lead is not None or first is None or first.end >= limit:
        return first
    return read_mention(tokens, first.end, limit) or first


def _of_verb_before(tokens: Tokens, lexicon: Lexicon, end: int, floor: int) -> Mention | None:
    """ "Zuvor lobte Lang den Plan und nannte ihn": the subject of the verb before the "und"."""
    for at in range(end - 1, floor, -1):
        if tokens.tags[at] & (AUXILIARY | VERB) or is_verb(tokens, at):
            return subject_of_second(tokens, lexicon, at, floor, end)
    return None


def _strength(tokens: Tokens, mention: Mention) -> int:
    """How likely a mention is a subject that speaks: no for an object, more for names, roles and pronouns."""
    first, last = mention.first, mention.core_end - 1
    lower, tags = tokens.lower[first], tokens.tags[first : mention.core_end]
    if mention.kind == "pronoun":
        return 0 if lower == "es" else 2
    if lower in _OBLIQUE or (first and tokens.lower[first - 1] == "als"):
        return -1
    if any(tag & (ROLE | TITLE) for tag in tags):
        return 2
    if lower == "der" and tokens.lower[last].endswith(_FEMININE):
        return -1
    if any(tag & ORGANISATION for tag in tags):
        return 2
    if first == last and lower.endswith(_MODIFIERS):
        return -1
    return 1 if tags[0] & CAPITAL else 0


def _is_cut_off(tokens: Tokens, lead: Mention, finite: int) -> bool:
    """ "Sie sei froh, sagte die Königin": what leads has a verb of its own before the comma."""
    if tokens.words[finite - 1] != ",":
        return False
    return any(tokens.tags[at] & (AUXILIARY | VERB | SPEECH) for at in range(lead.end, finite - 1))
