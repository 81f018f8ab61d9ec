"""Two signed texts -> the verified pair, or None.

Symmetric in arrival: the earlier by `Signed.order` is the original, whichever was loaded first.
"""

from collections.abc import Set as AbstractSet
from datetime import timedelta

from pipeline.records import Relation
from pipeline.stories.evidence import (
    Evidence,
    count_conflicts,
    has_opening,
    masked_similarity,
    share,
    topic,
    weigh,
)
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Lead, Match, Signed


def verify(
    one: Signed,
    other: Signed,
    common: AbstractSet[int] = frozenset(),
    parameters: Parameters = DEFAULT,
    apart: timedelta | None = None,
) -> Match | None:
    """Whether the later one repeats the earlier. `common`: fingerprint hashes known as boilerplate.

    `apart`: the time between them, where equal texts were printed nearer to each other than these two.
    """
    if is_exact(one, other):
        return exact_match(one.order, other.order)
    evidence = weigh(one, other, common, parameters.sample)
    conflicts = _is_enough(evidence, abs(one.at - other.at) if apart is None else apart, parameters)
    if conflicts is None:
        return None
    earlier, later = sorted((one, other), key=lambda article: article.order)
    return Match(
        later.id,
        earlier.id,
        _relation(evidence, conflicts, parameters),
        round(evidence.similarity, 4),
        round(evidence.containment, 4),
        _links(evidence, parameters),
    )


def is_exact(one: Signed, other: Signed) -> bool:
    """Whether the texts are equal but for case, punctuation and spacing."""
    return (
        one.fingerprint.exact_hash is not None and one.fingerprint.exact_hash == other.fingerprint.exact_hash
    )


def exact_match(one: Lead, other: Lead) -> Match:
    """The pair of two articles with equal texts."""
    earlier, later = sorted((one, other))
    return Match(later.id, earlier.id, "exact", 1.0, 1.0, links=True)


def _is_enough(evidence: Evidence, apart: timedelta, parameters: Parameters) -> int | None:
    """The number of conflicting shingles where the one repeats the other, None where it does not."""
    if evidence.containment < _needed(evidence, apart, parameters):
        return None
    a, b = evidence.short.shingles, evidence.long.shingles
    conflicts = count_conflicts(a, b)
    if evidence.of_short < parameters.short or evidence.shared < parameters.shared:
        return conflicts if _is_enough_if_short(evidence, conflicts, parameters) else None
    if conflicts > parameters.conflicts * evidence.shared or not _is_about_the_same(evidence, parameters):
        return None
    return None if conflicts and _is_template(evidence, conflicts, parameters) else conflicts


def _needed(evidence: Evidence, apart: timedelta, parameters: Parameters) -> float:
    """The containment to ask for: more for texts under different titles or days apart."""
    needed = parameters.containment
    if apart > parameters.near:
        needed = max(needed, parameters.containment_distant)
    if _are_titled(evidence) and not _is_same_title(evidence, parameters):
        needed = max(needed, parameters.containment_retitled)
    return needed


def _is_enough_if_short(evidence: Evidence, conflicts: int, parameters: Parameters) -> bool:
    """Too little text to judge alone: nearly all of it must be there, the same numbers, and the title too."""
    contained = evidence.shared > 0 and evidence.containment >= parameters.contained
    return contained and not conflicts and _is_same_title(evidence, parameters)


def _is_about_the_same(evidence: Evidence, parameters: Parameters) -> bool:
    """Whether one's title or opening words are in the other, or else nearly all of it from the opening on.

    Stubs of different articles ("subscribe to read on") share most of their text and fail this.
    """
    short, long = evidence.short.shingles, evidence.long.shingles
    if topic(short, long) >= parameters.topic:
        return True
    return evidence.containment >= parameters.contained and (
        has_opening(short, long, parameters.opening) or has_opening(long, short, parameters.opening)
    )


def _is_template(evidence: Evidence, conflicts: int, parameters: Parameters) -> bool:
    """Whether the texts differ in figures and hardly in anything else: other news in the same words.

    A number in mid-text makes `width` conflicts; fewer can come from a number that was cut off.
    """
    alike = masked_similarity(evidence.short.shingles, evidence.long.shingles, conflicts)
    return alike == 1.0 or (alike >= parameters.template and conflicts >= parameters.width)


def _relation(evidence: Evidence, conflicts: int, parameters: Parameters) -> Relation:
    if (evidence.containment < parameters.copy or conflicts) and _is_one_line(evidence.short, evidence.long):
        return "update"
    return "excerpt" if _is_part(evidence, parameters) else "copy"


def _is_one_line(one: Signed, other: Signed) -> bool:
    """Whether one outlet or agency wrote both, as far as is known: no other one updates its text."""
    if one.publisher is None or other.publisher is None or one.publisher == other.publisher:
        return True
    return one.wire is not None and one.wire == other.wire


def _is_part(evidence: Evidence, parameters: Parameters) -> bool:
    return evidence.of_short < parameters.excerpt * evidence.of_long


def _links(evidence: Evidence, parameters: Parameters) -> bool:
    """Whether the pair puts both in one story.

    Copies of about one length do. Other pairs do only if the longer text is about the shorter one: it has
    the same title, or opens with it. A round-up or live blog has one title and one opening, so that it
    does not chain the texts it is made of.
    """
    if evidence.containment >= parameters.copy and not _is_part(evidence, parameters):
        return True
    short, long = evidence.short.shingles, evidence.long.shingles
    if evidence.coverage >= parameters.main_part and has_opening(short, long, parameters.opening):
        return True
    if _are_titled(evidence):
        return _is_same_title(evidence, parameters)
    return share(long.topic, short.vocabulary) >= parameters.opening_topic


def _are_titled(evidence: Evidence) -> bool:
    return len(evidence.short.shingles.title) > 0 and len(evidence.long.shingles.title) > 0


def _is_same_title(evidence: Evidence, parameters: Parameters) -> bool:
    return share(evidence.short.shingles.title, evidence.long.shingles.title) >= parameters.title
