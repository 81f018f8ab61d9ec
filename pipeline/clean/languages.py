"""The language of a text (ISO 639-1) by py3langid, which ships its model; what the page says is a hint."""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_CHARS = 60  # of letters below which a text says too little, unless its script decides
_SAMPLE_CHARS = 1200  # enough: identification is certain long before, and its time grows with them
_OPENING_CHARS = 240  # enough where they are in the language that the page claims
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_ALIASES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "fil": "tl"}
_SURE = 0.9  # probability above which the text is believed against the page's own claim


def language_of(text: str, hints: Iterable[str]) -> str | None:
    """The language of a text; None where it is too short to tell and nothing is claimed."""
    claimed = next(filter(None, map(tag_of, hints)), None)
    if claimed and _is_written_in(text[:_OPENING_CHARS], claimed):
        return claimed
    sample = text[:_SAMPLE_CHARS]
    if not _says_enough(sample):
        return None
    found, probability = _identify(sample)
    if claimed and found != claimed and probability < _SURE:
        return claimed
    return found


def _is_written_in(opening: str, language: str) -> bool:
    """Whether the opening alone shows that the page's own claim is right; it mostly is."""
    if not _says_enough(opening):
        return False
    found, probability = _identify(opening)
    return found == language and probability >= _SURE


def _says_enough(sample: str) -> bool:
    return len(_LETTERS.findall(sample)) >= MIN_CHARS


def tag_of(claim: str) -> str | None:
    """The primary subtag of a BCP 47 tag or a locale ("de-AT", "pt_BR"); None for anything else."""
    match = _TAG.fullmatch(claim.strip())
    return _ALIASES.get(match[1].lower(), match[1].lower()) if match else None


def _identify(sample: str) -> tuple[str, float]:
    language, probability = _identifier().classify(sample)
    return _ALIASES.get(language, language), float(probability)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # with its model: half a second

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
