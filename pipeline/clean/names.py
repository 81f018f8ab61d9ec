"""Bylines to a list of people: no "By", no site names, no roles, no addresses, nobody twice."""

import re
from collections.abc import Iterable

from pipeline.clean.phrases import alternatives

MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 7
MAX_AUTHORS = 30

# What stands before a name, in the languages of many publishers. Words that are parts of names too count only
# before two more words or an agency's letters ("von Jana Dörfler", not "von Trier"), or in lower case.
_BY = re.compile(
    r"^(?:(?i:(?:(?:written|reported|posted|published|story|words|analysis|review|video|photos?)\s+)?by)\s*:?\s+"
    r"|(?i:authors?|autore?s?|autora|auteur|автор|text|texte|tekst|teksti|текст|reporter|yazan)\s*:\s*"
    r"|(?i:von|vom|par|por|przez)\s*:?\s+(?=\S+\s+\S|[A-Z]{2,6}$)"
    r"|(?:da|di|door|af|av)\s+(?=[A-ZÀ-ÞА-Я]))(?=\S)"
)
_OPENS_WITH_BY = re.compile(
    r"^(?:(?:[Ww]ritten |[Rr]eported |[Pp]osted |[Ss]tory )?(?:By|by|BY)|Von|VON|Par|Por|Door|Af|Av|Di|Автор)"
    r"\s*:?\s+[A-ZÀ-ÞА-Я]"
)
# Markup, e-mail addresses, URLs, handles, and what stands in brackets.
_NOISE = re.compile(
    r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]|<[^<>]{0,200}>|[^\s@]{1,64}@[^\s@]{1,255}|https?://\S+|www\.\S+|(?<!\w)@\w+"
)
_SUFFIX = r"(?:Jr|Sr|II|III|IV|MD|PhD|Ph\.D|M\.D|Esq)\b"
_SPLIT = re.compile(
    rf"\s*(?:[;|•·\n\t]|\s/\s|(?<=\w\w)/(?=\w\w)|、|，|,\s(?!{_SUFFIX})|\s&\s|"
    r"\s(?:and|und|et|og|och|és|ve|и|та|і|with|mit|avec)\s)\s*",
    re.IGNORECASE,
)
_NOT_A_NAME = alternatives(
    r"""
    admin(?:istrator)?
    editor(?:s|ial)?
    (?:web|online)?\s?(?:staff|redaktion)(?: (?:reporter|writer|report)s?)?
    news\s?(?:desk|room)
    (?:la )?r[ée]daction|redacción|redazione|redactie
    webmaster|guest|anonymous|unknown|none|null|undefined|n/?a
    author|by|von|and|share|follow|updated|published
    twitter|facebook|instagram|linkedin|whatsapp|telegram|youtube|e-?mail|rss|x
    """,
    opens="^",
    closes="$",
)
_LETTER = re.compile(r"[^\W\d_]")
_CAPITALISED = r"[A-ZÀ-ÖØ-ÞĀ-ŽƏА-ЯЁІЇЄҐΑ-Ω][\w'’.\-]*"
_PARTICLE = r"(?:de|da|di|del|della|la|le|van|von|der|den|ten|ter|zu|zur|bin|ibn|al|el|dos|das|do|af|av|e|y)"
_CASED_NAME = re.compile(rf"{_CAPITALISED}(?:\s(?:{_CAPITALISED}|{_PARTICLE})){{1,5}}")
_OTHER_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0590-\u06ff\u0900-\u0e7f ・]{2,20}")
_ACRONYM = re.compile(r"[A-Z]{2,6}")


def people(claims: Iterable[str], site_names: Iterable[str] = ()) -> tuple[str, ...]:
    """The people (and agencies) that bylines name, in their order."""
    sites = {fold(site) for site in site_names}
    found: dict[str, str] = {}
    for claim in claims:
        for name in _split_byline(claim):
            key = fold(name)
            if key and key not in sites and is_name(name):
                found.setdefault(key, name)
    return tuple(found.values())[:MAX_AUTHORS]


def is_name(text: str) -> bool:
    """Whether the text, from a field that holds authors, can be the name of a person or an agency."""
    return (
        1 < len(text) <= MAX_NAME_CHARS
        and len(text.split()) <= MAX_NAME_WORDS
        and bool(_LETTER.search(text))
        and not _NOT_A_NAME.match(text)
    )


def is_person(text: str) -> bool:
    """Whether a text that may be something else looks like a name: capitalised words, no digits."""
    return any(pattern.fullmatch(text) for pattern in (_CASED_NAME, _OTHER_NAME, _ACRONYM))


def opens_with_by(line: str) -> bool:
    """Whether a line opens like a byline."""
    return bool(_OPENS_WITH_BY.match(line))


def fold(name: str) -> str:
    """A name without case and punctuation, to compare."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _split_byline(byline: str) -> list[str]:
    plain = " ".join(_NOISE.sub(" ", byline).split())
    return [name for part in _SPLIT.split(_BY.sub("", plain)) if (name := _trim(part))]


def _trim(name: str) -> str:
    return " ".join(_BY.sub("", name.strip(' ,.:;-–—_*"“”|')).split())
