"""What two signed texts have in common: the measures that verification decides on.

All are exact, over the full sets of shingles, and symmetric.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stories.parameters import DEFAULT
from pipeline.stories.records import Signed
from pipeline.stories.shingles import Hashes, Shingles, ascending


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


def weigh(one: Signed, other: Signed, common: AbstractSet[int], sample: int = DEFAULT.sample) -> Evidence:
    """Count what two texts share, without what is known as boilerplate."""
    a, b = informative(one, common, sample), informative(other, common, sample)
    if (len(b), other.order) < (len(a), one.order):
        one, other, a, b = other, one, b, a
    shared = np.intersect1d(a, b, assume_unique=True)
    if len(shared) and _has_any(one, common):
        shared = shared[~_among(shared, _boilerplate_runs(one, other, common, sample))]
    return Evidence(one, other, len(a), len(b), len(shared))


def informative(article: Signed, common: AbstractSet[int], sample: int = DEFAULT.sample) -> Hashes:
    """The distinct shingles of a text that are no boilerplate.

    Only sampled shingles are counted across stories; each stands for its surroundings. A shingle is left
    out if the nearest samples before and after it are both common.
    """
    if not _has_any(article, common):
        return article.shingles.distinct
    ordered = article.shingles.ordered
    samples, is_common = _samples(article, ordered, common, sample)
    places = np.arange(len(ordered))
    before = np.clip(np.searchsorted(samples, places, side="right") - 1, 0, None)
    after = np.clip(np.searchsorted(samples, places, side="left"), None, len(samples) - 1)
    return ascending(ordered[~(is_common[before] & is_common[after])])


def _boilerplate_runs(one: Signed, other: Signed, common: AbstractSet[int], sample: int) -> Hashes:
    """The shingles of the passages shared by two texts that have common samples and no other ones."""
    ordered = one.shingles.ordered
    is_shared = _among(ordered, other.shingles.distinct)
    run = np.cumsum(~is_shared)
    samples, is_common = _samples(one, ordered, common, sample)
    samples, is_common = samples[is_shared[samples]], is_common[is_shared[samples]]
    known = np.bincount(run[samples[is_common]], minlength=run[-1] + 1)
    own = np.bincount(run[samples[~is_common]], minlength=run[-1] + 1)
    return ascending(ordered[is_shared & ((known > 0) & (own == 0))[run]])


def _samples(
    article: Signed, ordered: Hashes, common: AbstractSet[int], sample: int
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The places of a text's sampled shingles among all of them in order, and whether each is common.

    The smallest hashes of one text are not those of the next, so that they are seldom counted: they are
    evidence only if they are common.
    """
    known = np.array([found for found in article.fingerprint.hashes if found in common], dtype=np.uint64)
    is_common = _among(ordered, known)
    places = np.flatnonzero(is_common | (ordered % np.uint64(sample) == 0))
    return places, is_common[places]


def _among(hashes: Hashes, found: Hashes) -> NDArray[np.bool_]:
    """Which hashes are among those found, which ascend; `np.isin`, which sorts, takes three times as long."""
    if not len(found):
        return np.zeros(len(hashes), dtype=np.bool_)
    places = np.searchsorted(found, hashes)
    places[places == len(found)] = 0
    return np.equal(found[places], hashes)


def _has_any(article: Signed, common: AbstractSet[int]) -> bool:
    return bool(common) and not common.isdisjoint(article.fingerprint.hashes)


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
    opening = of.opening(count)
    return 2 * count_shared(opening, text.distinct) >= len(opening)


def count_shared(a: Hashes, b: Hashes) -> int:
    """How many hashes two ascending arrays of distinct hashes share."""
    if not len(a) or not len(b):
        return 0
    both = np.concatenate((a, b))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))
