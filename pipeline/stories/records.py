"""The records of the story stage.

text ── shingle ──> Shingles ── sample ──> Fingerprint     both travel in Signed
Signed, Signed ── verify ──> Match ── group ──> story ids
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.records import Relation
from pipeline.stories.shingles import Shingles


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is stored of a text to find its near copies: some 20 hashes, each fits a UBIGINT.

    `exact_hash` is equal for texts that differ in nothing but case, punctuation and spacing (of a short text
    and its title), and None for an empty text. `hashes` ascend and are distinct.
    """

    exact_hash: int | None
    hashes: tuple[int, ...]
    shingle_count: int  # distinct shingles


@dataclass(frozen=True, slots=True, order=True)
class Lead:
    """The place of an article in time. The least of a story names it: its id is the story's."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """One article as the matcher sees it.

    `at`: when it was published, or first seen if that is unknown. `wire`: the agency credited, if one is.
    """

    id: str
    at: datetime
    publisher: str | None
    fingerprint: Fingerprint
    shingles: Shingles
    wire: str | None = None

    @property
    def order(self) -> Lead:
        """Its place in time: the earlier of two is the original, whichever was loaded first."""
        return Lead(self.at, self.id)


@dataclass(frozen=True, slots=True, eq=False)
class Holder:
    """One text as the index of hashes sees it: who printed it when, and hashes of its fingerprint.

    `copies`: all that printed it in one half of a window, in order of time; empty where it was this one
    alone. Those between the first and the last may be left out: none is far from one of these.
    """

    id: str
    at: datetime
    publisher: str | None
    hashes: tuple[int, ...]
    copies: list[Lead] = field(default_factory=list)

    @property
    def ends(self) -> tuple[datetime, ...]:
        """When it was printed first and last, or the one time that it was."""
        return (self.copies[0].at, self.copies[-1].at) if self.copies else (self.at,)

    def add_copy(self, article: Lead) -> None:
        """Note that another article has this text."""
        if not self.copies:
            self.copies.append(Lead(self.at, self.id))
        insort(self.copies, article)

    def nearest(self, at: datetime) -> Lead:
        """The article with this text that is nearest in time, the earlier of two."""
        if not self.copies:
            return Lead(self.at, self.id)
        place = bisect_left(self.copies, Lead(at, ""))
        return min(self.copies[max(0, place - 1) : place + 1], key=lambda article: abs(article.at - at))

    def distance(self, times: Iterable[datetime]) -> timedelta:
        """How far in time it is from the nearest of these."""
        return min(abs(self.nearest(at).at - at) for at in times)


@dataclass(frozen=True, slots=True)
class Match:
    """One verified pair: a later article and the one it repeats.

    `similarity` is Jaccard's, `containment` the share of the shorter text that is in the longer one, both
    over informative shingles. Only a pair that `links` puts the two in one story; one that does not is
    evidence worth keeping (a round-up and one of the texts it quotes).
    """

    article_id: str
    duplicate_of: str
    relation: Relation
    similarity: float
    containment: float
    links: bool
