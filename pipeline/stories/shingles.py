"""A text -> shingles -> a fingerprint.

Words are hashed with xxh3 and every `width` of them in a row mixed into one 64-bit hash, all at once.
"""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Fingerprint, Hashes, Shingles, Signed
from pipeline.stories.words import is_unspaced, words

_SPREAD = np.uint64(0x9E3779B185EBCA87)
_FINISH = np.uint64(0xBF58476D1CE4E5B9)
_NUMBER = np.uint64(0x2545F4914F6CDD1D)  # stands for any number
_NONE = np.empty(0, dtype=np.uint64)
_SPACE, _NINE = b" 9"
_OPENING_WORDS = 20


def sign(text: str, title: str | None = None, parameters: Parameters = DEFAULT) -> Fingerprint:
    """The fingerprint of a text, the same on every machine; without what verification alone needs."""
    found, titled = words(text), words(title or "")
    hashed = _hash_words(found[: parameters.longest])[0]
    distinct = np.unique(_mix(hashed, _width(found, parameters)))
    return _fingerprint(found, titled, distinct, parameters)


def sign_article(
    id: str,  # noqa: A002
    at: datetime,
    text: str,
    title: str | None = None,
    publisher: str | None = None,
    parameters: Parameters = DEFAULT,
) -> Signed:
    """An article as the matcher takes it. `at`: when it was published, or first seen if that is unknown."""
    fingerprint, shingles = shingle(text, title, parameters)
    return Signed(id, at, publisher, fingerprint, shingles)


def shingle(
    text: str, title: str | None = None, parameters: Parameters = DEFAULT
) -> tuple[Fingerprint, Shingles]:
    """The fingerprint of a text, and all that verification needs of it."""
    found, titled = words(text), words(title or "")
    hashed, numbers = _hash_words(found[: parameters.longest])
    width = _width(found, parameters)
    ordered = _mix(hashed, width)
    distinct = np.unique(ordered)
    title_hashes = _hash_words(titled)[0]
    shingles = Shingles(
        ordered=ordered,
        distinct=distinct,
        **_numeric(hashed, numbers, ordered, width),
        vocabulary=np.union1d(hashed, title_hashes),
        title=np.unique(title_hashes),
        topic=np.unique(_hash_words(_telling(titled or found[:_OPENING_WORDS]))[0]),
    )
    return _fingerprint(found, titled, distinct, parameters), shingles


def _width(found: list[str], parameters: Parameters) -> int:
    return parameters.width_unspaced if is_unspaced(found) else parameters.width


def _fingerprint(
    found: list[str], titled: list[str], distinct: Hashes, parameters: Parameters
) -> Fingerprint:
    exact = _exact_hash(found, titled if len(distinct) < parameters.short else [])
    return Fingerprint(exact, _sample(distinct, parameters), len(distinct))


def _telling(found: list[str]) -> list[str]:
    """The words that say what a text is about: roughly, all but the short ones ("the", "in")."""
    return [word for word in found if len(word) > 3 or not word.isascii() or word[0].isdecimal()] or found


def _hash_words(found: list[str]) -> tuple[Hashes, NDArray[np.bool_]]:
    """A hash for each word, and whether it is a number."""
    if not found:
        return _NONE, np.empty(0, dtype=np.bool_)
    joined = " ".join(found).encode()
    characters = np.frombuffer(joined, dtype=np.uint8)
    firsts = np.concatenate(([0], np.flatnonzero(characters == _SPACE) + 1))
    hashed = np.fromiter(map(xxh3_64_intdigest, joined.split(b" ")), dtype=np.uint64, count=len(found))
    return hashed, characters[firsts] <= _NINE


def _mix(hashed: Hashes, width: int) -> Hashes:
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


def _numeric(hashed: Hashes, numbers: NDArray[np.bool_], ordered: Hashes, width: int) -> dict[str, Hashes]:
    """The shingles with a number, as they are and with all numbers made equal."""
    if not len(ordered) or not numbers.any():
        return {"numeric": _NONE, "masked": _NONE}
    holds = np.convolve(numbers, np.ones(width, dtype=np.int8))[width - 1 : width - 1 + len(ordered)] > 0
    masked = _mix(np.where(numbers, _NUMBER, hashed), width)
    return {"numeric": np.unique(ordered[holds]), "masked": np.unique(masked[holds])}


def _sample(distinct: Hashes, parameters: Parameters) -> tuple[int, ...]:
    """The hashes to keep: they are the same in every text that has the shingle, but for the smallest."""
    kept = distinct % np.uint64(parameters.sample) == 0
    kept[: parameters.smallest] = True
    return tuple(distinct[kept].tolist())


def _exact_hash(found: list[str], titled: list[str]) -> int | None:
    if not found:
        return None
    return xxh3_64_intdigest(" ".join([*titled, "\n", *found]).encode())
