"""What a marked span is: direct speech, a fragment within a paraphrase, or no quote at all.

No quotes are titles of works, slogans on hats, nicknames, terms and scare quotes, values of markup
attributes, and single marks inside a text that quotes with double ones. A span without its closing mark
is read but not reported, since where it ends is a guess, unless a signature bounds it. The rules were
weighed on 840 annotated articles, by how many quotes and how many other spans each of them takes away.
"""

import re
from collections.abc import Sequence

from pipeline.quotes.cues import Attribution
from pipeline.quotes.lexicon import (
    CAPITAL,
    CUE,
    DETERMINER,
    GENITIVE,
    MESSAGE,
    ORGANISATION,
    PREPOSITION,
    ROLE,
    SPEAKING,
    SPEECH,
    TERM,
    WORK,
)
from pipeline.quotes.mentions import is_publication
from pipeline.quotes.spans import Span
from pipeline.quotes.tokens import DASHES, Tokens, closing_character
from pipeline.records import QuoteKind

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_BESIDE = frozenset(("after", "according", "colon", "signature"))
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "and",
        "or",
        "in",
        "on",
        "for",
        "to",
        "at",
        "by",
        "with",
        "from",
        "as",
        "is",
        "vs",
        "but",
        "nor",
        "it",
    ]
)
_OPENERS = DASHES | {",", ":"}
_SENTENCE_END = frozenset(".?!…")


def judge(
    tokens: Tokens, number: int, found: Attribution, doubles: bool, fragments: bool = False
) -> QuoteKind | None:
    """The kind of one span, or None where it is no quote; `doubles`: the text quotes with double marks;
    `fragments`: a fragment of more than three words counts as direct."""
    span = tokens.spans[number]
    content = tokens.text[span.start : span.end]
    if not content or tokens.text[span.outer_start - 1 : span.outer_start] == "=":
        return None
    if (span.family == "single" and doubles) or (span.repaired and found.rule != "signature"):
        return None
    length = len(_WORD.findall(content))
    if length == 0 or not _is_quoted_speech(tokens, number, found, content, length):
        return None
    if fragments and length > 3:
        return "direct"
    return "direct" if _is_sentence(tokens, number, found, content) else "mixed"


def _is_quoted_speech(tokens: Tokens, number: int, found: Attribution, content: str, length: int) -> bool:
    at = tokens.token_of_span[number]
    first = tokens.sentences[tokens.sentence_at[at]].first
    before = tokens.tags[at - 1] if at > first else 0
    if tokens.lower[at - 1] in ("der", "dem") and found.cue_first == at - 2 and is_publication(tokens, at):
        return False
    if _is_beside_cue(at, found):
        return not (is_title(content) and before & (PREPOSITION | GENITIVE) and found.rule != "according")
    if is_title(content) or (before & (WORK | TERM) and not before & CUE):
        return False
    indefinite = tokens.lower[at - 1].startswith("ein") if at > first else False
    if tokens.verb_second and not indefinite and _is_proper_name(content, before, found):
        return False
    if length > 3:
        return True
    if _names_thing(tokens, at, first):
        return False
    return found.rule not in ("continued", "previous", "none", "subject")


def _is_proper_name(content: str, before: int, found: Attribution) -> bool:
    """ "die „Woche des Buches“ in Bonn": where nouns have capitals, a phrase behind an article or a noun."""
    if (
        before & MESSAGE
        or content[0].islower()
        or content[-1] in ".!?,…"
        or (found.cue_first is not None and found.rule == "before")
    ):
        return False
    return bool(before & (DETERMINER | CAPITAL | ROLE | ORGANISATION))


def _names_thing(tokens: Tokens, at: int, first: int) -> bool:
    """ "deploying a “joint force” in ...": the object of an action is a thing's name, no words of anybody."""
    if at - 2 < first or tokens.lower[at - 1] not in ("a", "an") or tokens.tags[at - 2] & CUE:
        return False
    return tokens.lower[at - 2].endswith("ing")


def _is_beside_cue(at: int, found: Attribution) -> bool:
    """Whether the cue touches the quote, a word or a comma between them aside."""
    if found.rule in _BESIDE:
        return True
    cue = found.cue_first
    return found.rule == "before" and cue is not None and at - 2 <= cue < at


def is_title(content: str) -> bool:
    """Whether all words but the small ones have a capital."""
    words: list[str] = _WORD.findall(content)
    if len(words) < 2:
        return bool(words) and words[0][0].isupper()
    if not all(word[0].isupper() or word.lower() in _SMALL for word in words):
        return False
    return sum(word[0].isupper() for word in words) >= 2


def _is_sentence(tokens: Tokens, number: int, found: Attribution, content: str) -> bool:
    """Direct speech starts like a sentence and is introduced or closed like one."""
    at = tokens.token_of_span[number]
    first = tokens.sentences[tokens.sentence_at[at]].first
    if content[0].islower():
        return found.rule == "carried" and number > 0 and tokens.words[at - 1] == ","
    if at == first or tokens.words[at - 1] in _OPENERS or tokens.tags[at - 1] & (SPEECH | SPEAKING):
        return True
    return closing_character(tokens.text, tokens.spans[number]) in _SENTENCE_END and len(content.split()) > 3


def quotes_with_doubles(spans: Sequence[Span]) -> bool:
    """Whether double marks (or « ») are the text's own, so that single ones stand for something else."""
    singles = sum(span.family == "single" for span in spans)
    return len(spans) - singles >= max(1, singles / 2)
