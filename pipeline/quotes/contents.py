"""What was reported: where content without quote marks starts, and where it ends.

Smith said on Monday | that the plan had failed | , adding ...
Smith told voters | the plan had failed | , but he ...
"""

from pipeline.quotes.lexicon import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    CONJUNCTION,
    DETERMINER,
    OBJECT,
    PARTICIPLE,
    POSSESSIVE,
    PREPOSITION,
    PRONOUN,
    PUNCTUATION,
    QUOTED,
    RELATIVE,
    REPORTED_OBJECT,
    SPEECH,
    SUBORDINATOR,
    TIME,
    VERB,
    Lexicon,
)
from pipeline.quotes.mentions import is_past, read_mention
from pipeline.quotes.tokens import DASHES, Sentence, Tokens
from pipeline.quotes.verbs import MAY_BE_VERB, is_verb

SHORTEST = 4  # tokens of a content; shorter ones are mostly objects ("said nothing", "told the truth")
PHRASE = 10  # tokens of adverbial phrases between a verb of speech and its "that"
SAYING = frozenset(["said", "says", "say", "saying"])
_TELLING = frozenset(
    ["told", "tells", "tell", "telling", "assured", "assures", "assuring", "reminded", "reminds", "informed"]
)
_ORDERING = frozenset(
    "asked asks ask asking told tells tell telling urged urges urge urging ordered orders ordering "
    "advised advises begged begs encouraged encourages implored implores warned warns warning invited "
    "invites instructed".split()
)
_BEFORE_NOUN = frozenset("there too not even only just almost".split())
_QUANTITIES = (["at", "least"], ["as", "many"], ["as", "much"], ["up", "to"], ["about", "half"])
_ENDERS = frozenset(["according", "while"])
_LEADS = frozenset(["as", "after", "before", "since", "once"])
_LEAD = 14  # tokens in which a clause set before the main one has its verb of speech


def content_start(tokens: Tokens, lexicon: Lexicon, verb: int, end: int) -> int | None:
    """Where the reported clause starts: at "that", "to", "whether", or at its subject."""
    if _orders(tokens, verb, end):
        return verb + 1
    opener = _find_opener(tokens, lexicon, verb + 1, end)
    if opener is not None or not lexicon.bare_clauses:
        return opener
    first = _skip_circumstances(tokens, verb, end)
    if first >= end:
        return None
    tag = tokens.tags[first]
    barred = PREPOSITION | PUNCTUATION | CONJUNCTION | QUOTED | TIME | RELATIVE
    if (
        tag & barred
        and not tag & (CAPITAL | DETERMINER)
        and tokens.lower[first : first + 2] not in _QUANTITIES
    ):
        return None
    adverb = tag & ADVERB and not tag & DETERMINER and tokens.lower[first] not in _BEFORE_NOUN
    if adverb and tokens.lower[verb] in SAYING and has_verb(tokens, first, end):
        return first
    if adverb:
        return None
    if (tag & (PRONOUN | POSSESSIVE) and not tag & OBJECT) or tokens.lower[verb] in SAYING:
        return first
    if (tokens.tags[verb] & REPORTED_OBJECT and first == verb + 1) or has_verb(tokens, first, end):
        return first
    return None


def _orders(tokens: Tokens, verb: int, end: int) -> bool:
    """ "asked the court to decide", "told him to leave": whom it is told to is part of what is asked for."""
    if tokens.lower[verb] not in _ORDERING:
        return False
    listener = read_mention(tokens, verb + 1, end)
    return listener is not None and any(
        at < end and tokens.lower[at] == "to" for at in (listener.core_end, listener.end)
    )


def _skip_circumstances(tokens: Tokens, verb: int, end: int) -> int:
    """Past whom it was told to ("told voters"), and when ("said on Friday", "said last week")."""
    at = verb + 1
    if tokens.lower[verb] in _TELLING:
        listener = read_mention(tokens, at, end)
        at = listener.core_end if listener else end
    start = at
    while at < end and (tokens.tags[at] & (TIME | ADVERB) or tokens.lower[at] in ("on", "last", "this")):
        if tokens.lower[at] == "there":
            break
        at += 1
    return at if at > start and tokens.tags[at - 1] & TIME else start


def _find_opener(tokens: Tokens, lexicon: Lexicon, first: int, end: int) -> int | None:
    """ "that", "whether", "to" behind the verb, or behind whom it was told to, where and when."""
    if first + 1 < end and tokens.words[first] == "," and tokens.lower[first + 1] in lexicon.complementizers:
        return first + 1
    if first < end and tokens.lower[first] == "to":
        listener = read_mention(tokens, first + 1, end)
        behind = listener.end if listener else end
        if behind < end and tokens.lower[behind] in lexicon.complementizers:
            return behind
    for at in range(first, min(end, first + PHRASE)):
        tag = tokens.tags[at]
        if tokens.lower[at] in lexicon.complementizers or (tokens.lower[at] == "to" and at == first):
            return at
        if tag & (PUNCTUATION | QUOTED | AUXILIARY | VERB) or (tag & PRONOUN and not tag & OBJECT):
            return None
        if at > first and (is_verb(tokens, at) or is_past(tokens, at)):
            return None
    return None


def content_end(tokens: Tokens, first: int, sentence: Sentence) -> int:
    """Where the content that starts at token `first` is over: at the end of the sentence, or before."""
    end = last_word(tokens, sentence)
    led = _is_led_in(tokens, first, sentence)
    for at in range(first + 1, end):
        if tokens.words[at] == ";" or tokens.words[at] in DASHES:
            return at
        if at - first < SHORTEST:
            continue
        if tokens.words[at] == "," and (
            _leaves(tokens, at + 1, end) or (led and _starts_clause(tokens, at + 1, end))
        ):
            return at
        if tokens.lower[at] == "and" and at + 1 < end and _says(tokens, at + 1):
            return at
    return end


def _is_led_in(tokens: Tokens, first: int, sentence: Sentence) -> bool:
    """ "While Smith says ..., he ...": the sentence has a main clause to come behind the reported one."""
    lead = sentence.first
    return first - lead < _LEAD and bool(tokens.tags[lead] & SUBORDINATOR or tokens.lower[lead] in _LEADS)


def _starts_clause(tokens: Tokens, at: int, end: int) -> bool:
    """A subject with its verb right behind it: ", he left"."""
    subject = read_mention(tokens, at, end)
    return subject is not None and has_verb(tokens, subject.core_end - 1, min(end, subject.core_end + 2))


def _says(tokens: Tokens, at: int) -> bool:
    """A verb of speech with the same subject: "said the plan failed and told voters ..."."""
    return bool(tokens.tags[at] & SPEECH) and is_verb(tokens, at)


def _leaves(tokens: Tokens, at: int, end: int) -> bool:
    """Whether the content is over behind a comma: ", adding", ", but he", ", which", ", according to"."""
    if tokens.lower[at] in ("but", "and"):
        if at + 1 < end and tokens.tags[at + 1] & (AUXILIARY | SPEECH):
            return True
        subject = read_mention(tokens, at + 1, end)
        return subject is not None and has_verb(tokens, subject.core_end - 1, min(end, subject.end + 2))
    if tokens.lower[at] in ("a", "an", "the"):
        return not has_verb(tokens, at, end)
    if tokens.tags[at] & SPEECH and not tokens.tags[at] & CAPITAL:
        return True
    return bool(tokens.tags[at] & (PARTICIPLE | RELATIVE)) or tokens.lower[at] in _ENDERS


def has_verb(tokens: Tokens, first: int, end: int) -> bool:
    """Whether these tokens are a clause and not only a phrase ("in an interview on Monday")."""
    for at, tag in enumerate(tokens.tags[first + 1 : end], first + 1):
        if tag & (AUXILIARY | VERB) or (tag & MAY_BE_VERB and is_verb(tokens, at)) or is_past(tokens, at):
            return True
    return False


def last_word(tokens: Tokens, sentence: Sentence) -> int:
    """The end of a sentence without its closing punctuation."""
    end = sentence.end
    while end > sentence.first and tokens.tags[end - 1] & PUNCTUATION:
        end -= 1
    return end


def is_paraphrase(tokens: Tokens, lexicon: Lexicon, first: int, end: int) -> bool:
    """Whether no more than a fragment of the clause is quoted, and that in a clause with a "that"."""
    quoted = [tokens.words[at] for at in range(first, end) if tokens.tags[at] & QUOTED]
    if not quoted:
        return True
    return tokens.lower[first] in lexicon.complementizers and sum(len(words.split()) for words in quoted) < 4
