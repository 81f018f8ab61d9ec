"""Two texts side by side, word by word: what both have, and what only one of them has.

    changes("The mayor resigned on Monday.", "The mayor of Arlen resigned.")
    =   equal "The mayor ", added "of Arlen ", equal "resigned", removed " on Monday", equal "."

White space is not compared, line breaks are. Texts are first compared paragraph by paragraph, and words only
within the stretches that differ, so that the time stays bounded (difflib's is quadratic in what differs).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["equal", "removed", "added"]
MOST_WORDS = 6000  # of one stretch that differs; a longer one is removed and added as a whole
_TOKEN = re.compile(r"\n|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_+")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch that both texts have (as the second spells it), only the first (removed) or the second."""

    kind: Kind
    text: str  # as it stands there, with the white space behind it
    word_count: int


def changes(before: str, after: str) -> list[Change]:
    """All stretches in order: the first text is those equal and removed, the second those equal and added."""
    return list(_joined(_compare(_Side(before), _Side(after))))


def kept_share(found: Sequence[Change]) -> float:
    """The share of the first text's words that the second one has, in order; 1 for an empty first text."""
    kept = sum(one.word_count for one in found if one.kind == "equal")
    total = kept + sum(one.word_count for one in found if one.kind == "removed")
    return kept / total if total else 1.0


class _Side:
    """One text as words, and where each word and each paragraph begins."""

    def __init__(self, text: str) -> None:
        found = list(_TOKEN.finditer(text))
        self._text = text
        self._starts = [0, *(match.start() for match in found[1:]), len(text)]
        self.words = [match[0] for match in found]
        ends = [place + 1 for place, word in enumerate(self.words) if word == "\n"]
        self.lines = [0, *ends, *([len(found)] if not ends or ends[-1] < len(found) else [])]

    def paragraphs(self) -> list[tuple[str, ...]]:
        return [tuple(self.words[first:end]) for first, end in zip(self.lines, self.lines[1:], strict=False)]

    def change(self, kind: Kind, first: int, end: int) -> Change:
        text = self._text[self._starts[first] : self._starts[end]] if first < end else ""
        return Change(kind, text, sum(word[0].isalnum() for word in self.words[first:end]))


def _compare(before: _Side, after: _Side) -> Iterator[Change]:
    """Whole paragraphs first, then words where those differ."""
    matcher = SequenceMatcher(None, before.paragraphs(), after.paragraphs(), autojunk=False)
    for tag, *places in matcher.get_opcodes():
        i, j = (before.lines[place] for place in places[:2])
        k, m = (after.lines[place] for place in places[2:])
        if tag == "equal":
            yield after.change("equal", k, m)
        elif max(j - i, m - k) > MOST_WORDS:
            yield before.change("removed", i, j)
            yield after.change("added", k, m)
        else:
            yield from _compare_words(before, after, i, j, k, m)


def _compare_words(before: _Side, after: _Side, i: int, j: int, k: int, m: int) -> Iterator[Change]:
    matcher = SequenceMatcher(None, before.words[i:j], after.words[k:m], autojunk=False)
    for tag, first, end, other, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield after.change("equal", k + other, k + other_end)
        else:
            yield before.change("removed", i + first, i + end)
            yield after.change("added", k + other, k + other_end)


def _joined(found: Iterator[Change]) -> Iterator[Change]:
    """Without empty stretches, neighbours of one kind put together."""
    held: Change | None = None
    for one in found:
        if not one.text:
            continue
        if held is not None and held.kind == one.kind:
            held = Change(one.kind, held.text + one.text, held.word_count + one.word_count)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held
