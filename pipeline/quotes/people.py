"""Names in an article: every person named outside the quotes, with what is known of gender and role.

Russian Foreign Minister Sergey Lavrov  ->  name "Sergey Lavrov", roles {foreign, minister}
Mrs. Clinton                            ->  name "Clinton", gender "f"
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.quotes.lexicon import (
    CAPITAL,
    CUE,
    GENITIVE,
    ORGANISATION,
    PUNCTUATION,
    ROLE,
    TIME,
    TITLE,
    VERB,
    Lexicon,
    given_names,
)
from pipeline.quotes.tokens import Tokens

_PARTICLES = frozenset(
    [
        "de",
        "da",
        "di",
        "du",
        "del",
        "della",
        "der",
        "den",
        "des",
        "van",
        "von",
        "zu",
        "ten",
        "ter",
        "la",
        "le",
        "al",
        "el",
        "bin",
        "ibn",
        "dos",
        "das",
        "do",
        "y",
    ]
)
_LONGEST = 8  # capitalised words of one name with its titles
_NAMES_BACK = 200  # runs looked through for the holder of a role
_ROLE_WORDS = 3  # before a name: "campaign manager Ann Lee"
_APPOSITION = 9  # words after a name in which its role may stand: "Ann Lee, the club's new director"


@dataclass(frozen=True, slots=True)
class Named:
    """One naming at tokens `first` up to `end`; `name` holds its words, lower-case, genitive endings off."""

    first: int
    end: int
    name: tuple[str, ...]
    gender: str
    roles: frozenset[str]
    is_person: bool


class Names:
    """All names of an article outside its quotes. Each is read when it is asked for first: most never are."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon) -> None:
        """Find where names may stand."""
        self._tokens = tokens
        self._lexicon = lexicon
        self._runs = _find_runs(tokens)
        self._firsts = [first for first, _ in self._runs]
        self._read: dict[int, Named | None] = {}
        self._by_last: dict[str, list[tuple[int, int]]] | None = None

    def key(self, word: str) -> str:
        """What one word of a name is looked up by."""
        return name_key(word, self._lexicon.inflected_names)

    def ending_in(self, word: str, shortest: int) -> list[Named]:
        """The names with this last word, in order; of so many words at least, titles counted."""
        if self._by_last is None:
            self._by_last = self._index()
        runs = self._by_last.get(self.key(word), ())
        return self._named([run for run, length in runs if length >= shortest])

    def _index(self) -> dict[str, list[tuple[int, int]]]:
        """Runs and their lengths by their last word; single words only where they are asked for as forms."""
        words, shortest = self._tokens.words, 1 if self._lexicon.inflected_names else 2
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for run, (first, end) in enumerate(self._runs):
            if end - first >= shortest:
                found[self.key(_bare(words[end - 1]))].append((run, end - first))
        return found

    def within(self, first: int, end: int) -> list[Named]:
        """The names at tokens `first` up to `end`, in order."""
        return self._named(range(bisect_left(self._firsts, first), bisect_left(self._firsts, end)))

    def given_role(self, role: str, token: int) -> Iterator[Named]:
        """The names before a token beside which this word of a role stands, the nearest first."""
        lower, last = self._tokens.lower, bisect_left(self._firsts, token) - 1
        for run in range(last, max(-1, last - _NAMES_BACK), -1):
            first, end = self._runs[run]
            if role in lower[max(0, first - _ROLE_WORDS) : end + _APPOSITION]:
                yield from (named for named in self._named((run,)) if role in named.roles)

    def _named(self, runs: Sequence[int]) -> list[Named]:
        read = self._read
        for run in runs:
            if run not in read:
                read[run] = read_name(self._tokens, *self._runs[run], self._lexicon)
        return [named for run in runs if (named := read[run]) is not None]


def _find_runs(tokens: Tokens) -> list[tuple[int, int]]:
    """Runs of capitalised words, titles among them and particles within."""
    tags, lower, sentences, sentence_at = tokens.tags, tokens.lower, tokens.sentences, tokens.sentence_at
    found: list[tuple[int, int]] = []
    first = end = limit = 0
    for at in [at for at, tag in enumerate(tags) if tag & CAPITAL]:
        if at < limit and (at == end or (at == end + 1 and lower[end] in _PARTICLES)):
            end = at + 1
            found[-1] = (first, end)
        else:
            sentence = sentences[sentence_at[at]]
            if tags[at] & (CUE | VERB) and at == sentence.first:
                continue
            first, end, limit = at, at + 1, min(sentence.end, at + _LONGEST)
            found.append((first, end))
        if tags[at] & GENITIVE:
            limit = end
    return found


def read_name(tokens: Tokens, first: int, end: int, lexicon: Lexicon) -> Named | None:
    """The name in a run of capitalised words, its titles and roles taken off the front."""
    start, gender = _after_titles(tokens, first, end, lexicon)
    if start >= end or tokens.tags[start] & TIME:
        return None
    name = tuple([_bare(word) for word in tokens.words[start:end]])
    gender = gender or given_names().get(name[0], "") if len(name) > 1 else gender
    roles = frozenset(tokens.lower[first:start] + _role_before(tokens, first) + _role_after(tokens, end))
    return Named(
        start,
        end,
        name,
        gender or _gender_of_roles(roles),
        roles,
        _is_person(tokens, start, end, lexicon, bool(gender or roles)),
    )


def _after_titles(tokens: Tokens, first: int, end: int, lexicon: Lexicon) -> tuple[int, str]:
    """Where the name proper starts, after the last title or role in the run, and the gender these tell."""
    start, gender = first, ""
    for at in range(first, end):
        if tokens.tags[at] & (TITLE | ROLE) and not tokens.tags[at] & GENITIVE:
            start = at + 1
            gender = lexicon.gender.get(tokens.lower[at], gender)
    return start, gender


def _bare(word: str) -> str:
    return word[:-2].lower() if word[-2:] in ("'s", "’s") else word.rstrip("'’").lower()


_CASE_ENDING = re.compile(
    r"(?:ого|ому|ими|ыми|ым|им|ой|ею|ей|ої|ій|ая|ую|ою|ом|ем|єм|єю|ові|еві|а|я|у|ю|е|є|ы|и|і|й|ь)$"
)


def name_key(word: str, inflected: bool) -> str:
    """What a name is looked up by; where names are inflected, its case ending is left out."""
    if not inflected or len(word) < 4:
        return word
    stem = _CASE_ENDING.sub("", word)
    return _CASE_ENDING.sub("", stem) if len(stem) > 3 else stem or word


def _role_before(tokens: Tokens, first: int) -> list[str]:
    """Lower-case words of a role right before the name: "campaign manager Ann Lee"."""
    words: list[str] = []
    for at in range(first - 1, max(-1, first - 1 - _ROLE_WORDS), -1):
        if tokens.tags[at] & (PUNCTUATION | CAPITAL) or (not words and not tokens.tags[at] & ROLE):
            break
        words.append(tokens.lower[at])
    return words


def _role_after(tokens: Tokens, end: int) -> list[str]:
    """The words of an apposition up to its role: ", the club's new director"."""
    if end >= len(tokens.words) or tokens.words[end] != ",":
        return []
    words: list[str] = []
    for at in range(end + 1, min(len(tokens.words), end + _APPOSITION)):
        if tokens.tags[at] & PUNCTUATION:
            break
        words.append(tokens.lower[at])
        if tokens.tags[at] & ROLE:
            return words
    return []


_FEMALE_ENDINGS = (
    "woman",
    "actress",
    "duchess",
    "princess",
    "queen",
    "wife",
    "mother",
    "daughter",
    "sister",
    "widow",
)
_MALE_ENDINGS = (
    "man",
    "actor",
    "duke",
    "prince",
    "king",
    "husband",
    "father",
    "son",
    "brother",
    "widower",
    "pope",
)


def _gender_of_roles(roles: frozenset[str]) -> str:
    for role in roles:
        if role.endswith(_FEMALE_ENDINGS):
            return "f"
        if role.endswith(_MALE_ENDINGS) and role not in ("person", "spokesperson", "chairperson", "human"):
            return "m"
    return ""


def _is_person(tokens: Tokens, start: int, end: int, lexicon: Lexicon, known: bool) -> bool:
    """No organisation, acronym or day; where every noun has a capital, only with a title or two names."""
    if lexicon.nouns_capitalised and not known and end - start < 2:
        return False
    for at in range(start, end):
        if tokens.tags[at] & ORGANISATION:
            return False
    last = tokens.words[end - 1]
    return not (len(last) > 1 and last.isupper() and end - start == 1) and not last[0].isdigit()
