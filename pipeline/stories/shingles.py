"""Words -> hashes -> shingles: one 64-bit hash for every `width` words in a row.

Words are hashed with xxh3, and the hashes of a row mixed into one, for all rows at once.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

Hashes = NDArray[np.uint64]

_SPREAD = np.uint64(0x9E3779B185EBCA87)
_FINISH = np.uint64(0xBF58476D1CE4E5B9)
_NUMBER = np.uint64(0x2545F4914F6CDD1D)  # stands for any number
_NONE = np.empty(0, dtype=np.uint64)
_SPACE, _NINE = b" 9"


@dataclass(frozen=True, eq=False)
class Shingles:
    """Everything of one text that verification looks at; each array but `words` and `ordered` ascends.

    It travels as the hashes of the words, a quarter of its size. The rest is made of them when it is first
    asked for, and most texts are never compared.
    """

    words: Hashes  # of the text, in its order
    numbers: NDArray[np.bool_]  # whether each of them is a number
    title: Hashes  # the distinct words of the title
    topic: Hashes  # the distinct telling words of the title, or of the opening where there is no title
    width: int  # words of a shingle

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled and copied without what was made of the words."""
        return Shingles, (self.words, self.numbers, self.title, self.topic, self.width)

    @property
    def ordered(self) -> Hashes:
        """Every shingle, in the order of the text. Made anew each time, as it would be a quarter of all."""
        return mix(self.words, self.width)

    def opening(self, count: int) -> Hashes:
        """The distinct ones of the first `count` shingles."""
        return ascending(mix(self.words[: count + self.width - 1], self.width))

    @cached_property
    def distinct(self) -> Hashes:
        """The distinct shingles."""
        return ascending(self.ordered)

    @cached_property
    def numeric(self) -> Hashes:
        """The distinct shingles that hold a number."""
        return ascending(self.ordered[self._holds_number])

    @cached_property
    def masked(self) -> Hashes:
        """The same with every number made equal."""
        masked = mix(np.where(self.numbers, _NUMBER, self.words), self.width)
        return ascending(masked[self._holds_number])

    @cached_property
    def vocabulary(self) -> Hashes:
        """The distinct words of title and text."""
        return ascending(np.concatenate((self.words, self.title)))

    @cached_property
    def _holds_number(self) -> NDArray[np.bool_]:
        count = max(0, len(self.words) - self.width + 1)
        if not self.numbers.any():
            return np.zeros(count, dtype=np.bool_)
        ones = np.ones(self.width, dtype=np.int8)
        return np.convolve(self.numbers, ones)[self.width - 1 : self.width - 1 + count] > 0


def hash_words(found: list[str]) -> tuple[Hashes, NDArray[np.bool_]]:
    """A hash for each word, and whether it is a number."""
    if not found:
        return _NONE, np.empty(0, dtype=np.bool_)
    joined = " ".join(found).encode()
    characters = np.frombuffer(joined, dtype=np.uint8)
    firsts = np.concatenate(([0], np.flatnonzero(characters == _SPACE) + 1))
    hashed = np.fromiter(map(xxh3_64_intdigest, joined.split(b" ")), dtype=np.uint64, count=len(found))
    return hashed, characters[firsts] <= _NINE


def ascending(hashes: Hashes) -> Hashes:
    """The distinct ones, ascending. By sorting: `np.unique` takes six times as long for those of a text."""
    found = np.sort(hashes)
    is_new = np.ones(len(found), dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=is_new[1:])
    return found[is_new]


def mix(hashed: Hashes, width: int) -> Hashes:
    """One hash for every `width` words in a row."""
    count = len(hashed) - width + 1
    if count <= 0:
        return _NONE
    mixed = hashed[:count].copy()
    for place in range(1, width):
        mixed *= _SPREAD
        mixed += hashed[place : place + count]
        mixed ^= mixed >> np.uint64(29)
    mixed *= _FINISH
    mixed ^= mixed >> np.uint64(32)
    return mixed
