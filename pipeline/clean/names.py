"""Bylines to a list of people: no "By", no site names, no roles, no addresses, nobody twice."""

import re
from collections.abc import Iterable

MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 7
MAX_AUTHORS = 30

# The word before the name, in the languages of many publishers.
_BY = re.compile(
    r"^(?:(?:written|reported|posted|published|story|words|text|video|photos?)\s+by|by|von|vom|par|por|da|di|door|"
    r"af|av|przez|автор|текст|od|tekst|text|autore?|autora?|auteur|author|reporter|yazan|di)(?:\s*:\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_BY_STRICT = re.compile(r"^(?:da|di|af|av|od|por|par)\s+(?=[A-ZÀ-Þ])")
_NOISE = re.compile(
    r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]|<[^<>]{0,200}>|\S+@\S+\.\S+|https?://\S+|www\.\S+|(?<!\w)@\w+"
)
_SPLIT = re.compile(
    r"\s*(?:[;|/•·\n\t]|、|，|,\s(?!(?:Jr|Sr|II|III|IV|MD|PhD|Ph\.D|M\.D|Esq)\b)|\s&\s|\s(?:and|und|et|og|och|és|ve|и|та|і|with|mit|avec)\s)\s*",
    re.IGNORECASE,
)
_SPLIT_SHORT = re.compile(r"(?<=\w\s\w{2})")
_NOT_A_NAME = re.compile(
    r"^(?:admin(?:istrator)?|editor(?:s|ial)?|staff|news\s?(?:desk|room)|redaktion|redaction|la rédaction|"
    r"redacción|redazione|redactie|webmaster|guest|anonymous|unknown|none|null|undefined|n/?a|author)$",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")


def people(claims: Iterable[str], site_names: Iterable[str] = ()) -> tuple[str, ...]:
    """The people that bylines name, in their order."""
    sites = {_fold(site) for site in site_names}
    found: dict[str, str] = {}
    for claim in claims:
        for name in _split_byline(claim):
            key = _fold(name)
            if key and key not in sites and is_name(name):
                found.setdefault(key, name)
    return tuple(found.values())[:MAX_AUTHORS]


def is_name(text: str) -> bool:
    """Whether the text can be the name of a person or an agency."""
    return (
        1 < len(text) <= MAX_NAME_CHARS
        and len(text.split()) <= MAX_NAME_WORDS
        and bool(_LETTER.search(text))
        and not _NOT_A_NAME.match(text)
    )


def _split_byline(byline: str) -> list[str]:
    plain = " ".join(_NOISE.sub(" ", byline).split())
    return [name for part in _SPLIT.split(_BY.sub("", plain)) if (name := _trim(part))]


def _trim(name: str) -> str:
    return " ".join(_BY.sub("", name.strip(' ,.:;-–—_*"“”')).split())


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()
