"""Two signed texts -> the verified pair, or None. Exact: it looks at every shingle, not at samples.

Symmetric in arrival: the earlier by `Signed.order` is the original, whichever was loaded first.
"""

from collections.abc import Set as AbstractSet

import numpy as np

from pipeline.records import Relation
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Hashes, Match, Shingles, Signed

_NOTHING: AbstractSet[int] = frozenset()


def verify(
    one: Signed, other: Signed, common: AbstractSet[int] = _NOTHING, parameters: Parameters = DEFAULT
) -> Match | None:
    """Whether the later one repeats the earlier. `common`: fingerprint hashes known as boilerplate."""
    earlier, later = sorted((one, other), key=lambda article: article.order)
    if is_exact(earlier, later):
        return Match(later.id, earlier.id, "exact", 1.0, 1.0, links=True)
    short, long = sorted(
        (earlier, later), key=lambda article: (len(article.shingles.distinct), article.order)
    )
    of_short, of_long = informative(short, common), informative(long, common)
    shared = count_shared(of_short, of_long)
    if not is_near(short, long, shared, len(of_short), parameters):
        return None
    containment = shared / len(of_short)
    similarity = shared / (len(of_short) + len(of_long) - shared)
    relation = _relation(short, long, of_short, of_long, containment, parameters)
    links = relation != "excerpt" or _is_main_part(short, long, shared / len(of_long), parameters)
    return Match(later.id, earlier.id, relation, round(similarity, 4), round(min(containment, 1.0), 4), links)


def is_exact(one: Signed, other: Signed) -> bool:
    """Whether the texts are equal but for case, punctuation and spacing."""
    return (
        one.fingerprint.exact_hash is not None and one.fingerprint.exact_hash == other.fingerprint.exact_hash
    )


def is_near(short: Signed, long: Signed, shared: int, count: int, parameters: Parameters) -> bool:
    """Enough shared, the same numbers in the same places, and about the same thing."""
    if not count or shared < parameters.containment * count:
        return False
    a, b = short.shingles, long.shingles
    if count < parameters.short or shared < parameters.shared:
        return _is_near_short(a, b, shared, count, parameters)
    return agreement(a, b) >= parameters.agreement and topic(a, b) >= parameters.topic


def _is_near_short(a: Shingles, b: Shingles, shared: int, count: int, parameters: Parameters) -> bool:
    """Too little text to judge alone: all but all of it must be there, and the title too."""
    contained = shared >= 0.8 * count and agreement(a, b) == 1.0
    return contained and share(a.title, b.title) >= parameters.title and shared > 0


def informative(article: Signed, common: AbstractSet[int]) -> Hashes:
    """The distinct shingles that are no boilerplate.

    Only sampled shingles are counted across stories; each stands for its surroundings. A shingle is left
    out if the nearest samples before and after it are both common.
    """
    known = common & set(article.fingerprint.hashes) if common else _NOTHING
    if not known:
        return article.shingles.distinct
    ordered = article.shingles.ordered
    samples = np.flatnonzero(np.isin(ordered, _array(article.fingerprint.hashes)))
    is_common = np.isin(ordered[samples], _array(tuple(known)))
    places = np.arange(len(ordered))
    before = np.clip(np.searchsorted(samples, places, side="right") - 1, 0, None)
    after = np.clip(np.searchsorted(samples, places, side="left"), None, len(samples) - 1)
    return np.unique(ordered[~(is_common[before] & is_common[after])])


def agreement(a: Shingles, b: Shingles) -> float:
    """Of the shingles with numbers that are equal but for the numbers: the share equal in the numbers too."""
    alike = count_shared(a.masked, b.masked)
    return min(1.0, count_shared(a.numeric, b.numeric) / alike) if alike else 1.0


def topic(a: Shingles, b: Shingles) -> float:
    """The share of the words of one's title or opening that the other has, the better way round."""
    return max(share(a.topic, b.vocabulary), share(b.topic, a.vocabulary))


def share(part: Hashes, whole: Hashes) -> float:
    """The share of the smaller set that is in the other; 0 where one is empty."""
    least = min(len(part), len(whole))
    return count_shared(part, whole) / least if least else 0.0


def count_shared(a: Hashes, b: Hashes) -> int:
    """How many hashes two ascending arrays of distinct hashes share."""
    if not len(a) or not len(b):
        return 0
    both = np.concatenate((a, b))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))


def _relation(
    short: Signed, long: Signed, of_short: Hashes, of_long: Hashes, containment: float, parameters: Parameters
) -> Relation:
    if len(of_short) < parameters.excerpt * len(of_long):
        return "excerpt"
    changed = agreement(short.shingles, long.shingles) < 1.0 or containment < parameters.excerpt
    return "update" if changed else "copy"


def _is_main_part(short: Signed, long: Signed, coverage: float, parameters: Parameters) -> bool:
    """Whether the shorter is half of the longer or has its opening: hardly more than one story can."""
    opening = np.unique(long.shingles.ordered[: parameters.opening])
    return coverage >= 0.5 or 2 * count_shared(opening, short.shingles.distinct) >= len(opening)


def _array(hashes: tuple[int, ...]) -> Hashes:
    return np.array(hashes, dtype=np.uint64)
