"""A text -> its shingles, and the fingerprint: the few of them that are stored, to find near copies by."""

from datetime import datetime

import numpy as np
from xxhash import xxh3_64_intdigest

from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Fingerprint, Signed
from pipeline.stories.shingles import Hashes, Shingles, ascending, hash_words
from pipeline.stories.words import is_unspaced, words

_OPENING_WORDS = 20


def sign(text: str, title: str | None = None, parameters: Parameters = DEFAULT) -> Fingerprint:
    """The fingerprint of a text, the same on every machine."""
    return shingle(text, title, parameters)[0]


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
    hashed, numbers = hash_words(found[: parameters.longest])
    shingles = Shingles(
        words=hashed,
        numbers=numbers,
        title=ascending(hash_words(titled)[0]),
        topic=ascending(hash_words(_telling(titled or found[:_OPENING_WORDS]))[0]),
        width=_width(found, parameters),
    )
    return _fingerprint(found, titled, shingles.distinct, parameters), shingles


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


def _sample(distinct: Hashes, parameters: Parameters) -> tuple[int, ...]:
    """The hashes to keep: they are the same in every text that has the shingle, but for the smallest."""
    kept = distinct % np.uint64(parameters.sample) == 0
    kept[: parameters.smallest] = True
    return tuple(distinct[kept].tolist())


def _exact_hash(found: list[str], titled: list[str]) -> int | None:
    if not found:
        return None
    return xxh3_64_intdigest(" ".join([*titled, "\n", *found]).encode())
