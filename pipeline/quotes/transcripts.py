"""Lines that begin with their speaker: turns of a transcript, and headlines such as "Lee: Plan Has Failed".

They are given as indirect: a direct quote is one that has marks, and a headline's claim is no wording.
"""

from collections import Counter
from dataclasses import dataclass

from pipeline.quotes.cues import Attribution
from pipeline.quotes.lexicon import CAPITAL, CUE, FUNCTION, PUNCTUATION, QUOTED, TIME
from pipeline.quotes.mentions import Mention
from pipeline.quotes.tokens import Sentence, Tokens

_LONGEST_NAME = 4  # words before the colon
_SHORTEST = 4  # tokens of a turn; shorter lines are labels ("Location: Oslo")


@dataclass(frozen=True, slots=True)
class Turn:
    """Tokens `first` up to `end`, said by the name at the start of the line."""

    first: int
    end: int
    by: Attribution


def find_turns(tokens: Tokens) -> list[Turn]:
    """The lines of a text that begin with "NAME:", marks left to what reads marks."""
    heads: dict[int, Sentence] = {}
    ends: dict[int, int] = {}
    for sentence in tokens.sentences:
        heads.setdefault(sentence.paragraph, sentence)
        ends[sentence.paragraph] = sentence.end
    lines = [(head, _colon(tokens, head.first, head.end)) for head in heads.values()]
    named = [(head, colon) for head, colon in lines if colon is not None]
    often = Counter(tokens.words) if named else Counter[str]()
    return [
        _turn(head.first, colon, ends[head.paragraph])
        for head, colon in named
        if (colon > head.first + 1 or _is_known(tokens, often, head.first))
        and _is_turn(tokens, colon + 1, ends[head.paragraph])
    ]


def _is_known(tokens: Tokens, often: Counter[str], word: int) -> bool:
    """A single word is a name in capitals, or one that comes again ("Lee: ..." and not "Location: ...")."""
    return tokens.words[word].isupper() or often[tokens.words[word]] > 1


def _colon(tokens: Tokens, first: int, end: int) -> int | None:
    """The colon behind a name that fills the line up to it."""
    for at in range(first, min(end, first + _LONGEST_NAME + 1)):
        if tokens.words[at] == ":":
            return at if at > first else None
        if not tokens.tags[at] & CAPITAL or tokens.tags[at] & (CUE | TIME | FUNCTION):
            return None
    return None


def _is_turn(tokens: Tokens, first: int, end: int) -> bool:
    if end - first < _SHORTEST:
        return False
    quoted = sum(len(tokens.words[at].split()) for at in range(first, end) if tokens.tags[at] & QUOTED)
    return not tokens.tags[first] & (PUNCTUATION | QUOTED) and 2 * quoted < end - first


def _turn(first: int, colon: int, end: int) -> Turn:
    mention = Mention("name", first, colon, colon)
    return Turn(colon + 1, end, Attribution(mention, None, None, "colon"))
