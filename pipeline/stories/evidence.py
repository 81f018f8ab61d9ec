"""What two signed texts have in common: the measures that verification decides on.

All are exact, over the full sets of shingles, and symmetric.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from pipeline.stories.records import Hashes, Shingles, Signed


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Counts of informative shingles; `short` is the text with fewer of them."""

    short: Signed
    long: Signed
    of_short: int
    of_long: int
    shared: int

    @property
    def containment(self) -> float:
        """The share of the shorter text that the longer one has."""
        return self.shared / self.of_short if self.of_short else 0.0

    @property
    def coverage(self) -> float:
        """The share of the longer text that the shorter one has."""
        return self.shared / self.of_long if self.of_long else 0.0

    @property
    def similarity(self) -> float:
        """Jaccard's."""
        union = self.of_short + self.of_long - self.shared
        return self.shared / union if union else 0.0


def weigh(one: Signed, other: Signed, common: AbstractSet[int]) -> Evidence:
    """Count what two texts share, without the shingles known as boilerplate."""
    pairs = (
        (len(found), article.order, article, found) for article, found in _informative(one, other, common)
    )
    (of_short, _, short, a), (of_long, _, long, b) = sorted(pairs, key=lambda pair: pair[:2])
    return Evidence(short, long, of_short, of_long, count_shared(a, b))


def _informative(
    one: Signed, other: Signed, common: AbstractSet[int]
) -> tuple[tuple[Signed, Hashes], tuple[Signed, Hashes]]:
    return (one, informative(one, common)), (other, informative(other, common))


def informative(article: Signed, common: AbstractSet[int]) -> Hashes:
    """The distinct shingles of a text that are no boilerplate.

    Only sampled shingles are counted across stories; each stands for its surroundings. A shingle is left
    out if the nearest samples before and after it are both common.
    """
    hashes = article.fingerprint.hashes
    if not common or common.isdisjoint(hashes):
        return article.shingles.distinct
    ordered = article.shingles.ordered
    samples = np.flatnonzero(np.isin(ordered, np.array(hashes, dtype=np.uint64)))
    known = np.array([found for found in hashes if found in common], dtype=np.uint64)
    is_common = np.isin(ordered[samples], known)
    places = np.arange(len(ordered))
    before = np.clip(np.searchsorted(samples, places, side="right") - 1, 0, None)
    after = np.clip(np.searchsorted(samples, places, side="left"), None, len(samples) - 1)
    return np.unique(ordered[~(is_common[before] & is_common[after])])


def count_conflicts(a: Shingles, b: Shingles) -> int:
    """How many shingles are equal but for a number in them: the same sentence with other figures."""
    return max(0, count_shared(a.masked, b.masked) - count_shared(a.numeric, b.numeric))


def masked_similarity(a: Shingles, b: Shingles, conflicts: int) -> float:
    """Jaccard's, as if all numbers were equal."""
    alike = count_shared(a.distinct, b.distinct) + conflicts
    union = len(a.distinct) + len(b.distinct) - alike
    return min(1.0, alike / union) if union > 0 else 1.0


def topic(a: Shingles, b: Shingles) -> float:
    """The share of the words of one's title or opening that the other has, the better way round."""
    return max(share(a.topic, b.vocabulary), share(b.topic, a.vocabulary))


def share(part: Hashes, whole: Hashes) -> float:
    """The share of the smaller set that is in the other; 0 where one is empty."""
    least = min(len(part), len(whole))
    return count_shared(part, whole) / least if least else 0.0


def has_opening(text: Shingles, of: Shingles, count: int) -> bool:
    """Whether a text has half of the first `count` shingles of the other one."""
    opening = np.unique(of.ordered[:count])
    return 2 * count_shared(opening, text.distinct) >= len(opening)


def count_shared(a: Hashes, b: Hashes) -> int:
    """How many hashes two ascending arrays of distinct hashes share."""
    if not len(a) or not len(b):
        return 0
    both = np.concatenate((a, b))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))
