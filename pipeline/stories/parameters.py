"""Every tuned number of the story stage in one record, with where each was measured.

The three development sets: `made` (derived reprints with hard negatives), `events` (web articles on the
same events) and `wire` (two months of one agency's output). The numbers are tuned together: a change to one
is measured on all three.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Parameters:
    """How texts are signed, when two of them are duplicates, and what is boilerplate."""

    # Signing. Changing any of these makes stored fingerprints unusable.
    width: int = 4  # words a shingle
    width_unspaced: int = 8  # characters a shingle, in scripts written without spaces
    sample: int = 16  # one shingle hash in so many is kept ...
    smallest: int = 8  # ... and the smallest ones, so that short texts have some
    longest: int = 100_000  # words of one text that are looked at

    # Candidates.
    shared_hashes: int = 2  # finds 3,527 of the 3,535 gold pairs of the three sets
    window: timedelta = timedelta(days=7)  # equal texts match for all time
    candidates: int = 24  # verified for one article, best first

    # Verification.
    containment: float = 0.35  # of the shorter text's shingles
    shared: int = 16  # shingles
    agreement: float = 0.75  # of the shingles with a number that differ in nothing else
    short: int = 20  # shingles; below it a text matches only together with its title
    title: float = 0.5  # of the words of the shorter title
    topic: float = 0.5  # of the words of one's title or opening that the other has

    # Relations.
    excerpt: float = 0.7  # of the length of the longer text
    opening: int = 25  # shingles; an excerpt that has them is the same story

    # Boilerplate: shingles of more stories than this count for nothing.
    stories: int = 8
    stories_of_publisher: int = 3


DEFAULT = Parameters()
