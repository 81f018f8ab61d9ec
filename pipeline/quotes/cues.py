"""What an attribution is, and the parts that every way of finding one shares."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

from pipeline.quotes.clauses import with_apposition
from pipeline.quotes.lexicon import ORGANISATION, ROLE, Lexicon
from pipeline.quotes.mentions import Mention, is_publication, read_mention
from pipeline.quotes.tokens import DASHES, Tokens

Rule = Literal[
    "after",
    "inside",
    "before",
    "according",
    "colon",
    "carried",
    "continued",
    "previous",
    "subject",
    "signature",
    "none",
]


@dataclass(frozen=True, slots=True)
class Attribution:
    """The speaker's mention and the cue of one span; `rule` is how they were found.

    `goes_on`: the span goes on with the utterance of the span before, which only their cue interrupts.
    """

    mention: Mention | None
    cue_first: int | None
    cue_end: int | None
    rule: Rule
    goes_on: bool = False


NOBODY = Attribution(None, None, None, "none")


PAUSES = DASHES | {","}


def according(tokens: Tokens, lexicon: Lexicon, first: int, limit: int) -> Attribution | None:
    """ "according to Smith" at token `first`."""
    if tokens.lower[first] not in lexicon.according_first:
        return None
    for words in lexicon.according:
        end = first + len(words)
        if end < limit and all(tokens.lower[first + k] == word for k, word in enumerate(words)):
            mention = read_mention(tokens, end, limit) or read_mention(tokens, end + 1, limit)
            if mention is not None:
                return Attribution(with_apposition(tokens, mention, limit), first, end, "according")
    return None


def is_person(tokens: Tokens, mention: Mention) -> bool:
    """A pronoun, a name, or a noun for people or for what speaks in their place."""
    if mention.kind != "noun":
        return True
    return any(tokens.tags[k] & (ROLE | ORGANISATION) for k in range(mention.first, mention.core_end))


def next_quote(tokens: Tokens, first: int, end: int) -> int:
    """The first quote from token `first` on that is no name in marks, or `end` where none comes before."""
    for number in range(bisect_left(tokens.token_of_span, first), len(tokens.token_of_span)):
        at = tokens.token_of_span[number]
        if at >= end or not is_publication(tokens, at):
            return min(end, at)
    return end
