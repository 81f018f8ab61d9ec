"""Quote marks in a text, each with the roles its place allows: the first step of `extract_quotes`.

A mark belongs to a family (double, single, angle, corner); marks of one family may close each other, since
texts mix “ with " freely. Its role comes from the glyph and from the white space around it. What only looks
like a mark is left out here: apostrophes (don't, the West’s), elisions (’90s, 'em), measures (5'11", 6").
Whether a trailing ’ is a plural possessive or a closing mark depends on what is open: see `spans`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Family = Literal["double", "single", "angle", "corner", "dash"]
Role = Literal["open", "close", "either"]

# A run is mostly one mark. '' and `` stand for double marks in wire copy; ''' is a single and a double mark
# side by side. Six marks in a row quote nothing: a rule, a drawing, noise.
_RUN = re.compile(r"[\"“”„‟＂«»‹›「」『』‘’‚‛'`]+")
_MARK = re.compile(r"'{2,3}|``|.", re.DOTALL)
_LONGEST_RUN = 5
_DOUBLE = frozenset('"“”„‟＂')
_SINGLE = frozenset("‘’‚‛'`")
_GLYPHS = "\"“”„‟＂«»‹›「」『』‘’‚‛'`"
_MOST_MARKS = 2_000
_CHARACTERS_A_MARK = 10
_DASHES = frozenset("-–—―/")
_OPENING = frozenset("([{¿¡") | _DASHES
_CLOSING = frozenset(".,;:!?…)]}*") | _DASHES
_ELISION = re.compile(
    r"(?:\d\ds?\b|(?:em|til|till|tis|twas|cause|bout|round|n|cuz|neath|nuff|cos|s|ve|re|ll|d|m|t)\b)", re.I
)
_MEASURE_BEFORE = re.compile(r"\d['’]\s?\d{1,2}(?:\.\d)?$")


@dataclass(frozen=True, slots=True)
class Mark:
    """One quote mark: `text[start:end]`, its family, its glyph, and what it can do at its place."""

    start: int
    end: int
    family: Family
    glyph: str
    role: Role


def is_noise(text: str) -> bool:
    """Whether a text holds more marks than any writing: over two thousand, and one in ten characters.

    The densest of 840 news articles (PolNeAR, train) has one in 27. It is counted before anything is read, so
    that a text of marks alone costs next to nothing.
    """
    count = sum(map(text.count, _GLYPHS))
    return count > _MOST_MARKS and count * _CHARACTERS_A_MARK > len(text)


def find_marks(text: str) -> list[Mark]:
    """All quote marks of a text, in order. Apostrophes, elisions and measures are not among them."""
    reversed_angles = _has_reversed_angles(text)
    read = (_read(text, start, end, reversed_angles) for start, end in _places(text))
    return [mark for mark in read if mark is not None]


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where something stands that looks like a mark."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start == 1:
            yield start, end
        elif end - start <= _LONGEST_RUN:
            yield from (match.span() for match in _MARK.finditer(text, start, end))


def _read(text: str, start: int, end: int, reversed_angles: bool) -> Mark | None:
    glyph = text[start:end]
    if glyph in _SINGLE:
        single = _single_role(text, start, end, glyph)
        return Mark(start, end, "single", glyph, single) if single is not None else None
    if len(glyph) == 3:
        return _read_triple(text, start, end)
    if len(glyph) == 2 or glyph in _DOUBLE:
        if _is_measure(text, start, glyph):
            return None
        return Mark(start, end, "double", glyph, _double_role(text, start, end, glyph))
    if glyph in "「」『』":
        return Mark(start, end, "corner", glyph, "open" if glyph in "「『" else "close")
    opens = (glyph in "«‹") != reversed_angles
    return Mark(start, end, "angle", glyph, _angle_role(text, start, end, opens))


def _read_triple(text: str, start: int, end: int) -> Mark:
    """A single and a double mark side by side: the double one is outside."""
    if _opens_here(text, start, end):
        return Mark(start, end - 1, "double", "''", "open")
    return Mark(start + 1, end, "double", "''", "close")


def _opens_here(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    return not after.isspace() and (before.isspace() or before in _OPENING)


def _closes_here(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    return not before.isspace() and (after.isspace() or after in _CLOSING)


def _double_role(text: str, start: int, end: int, glyph: str) -> Role:
    if glyph in "„‟``":
        return "open"
    opens, closes = _opens_here(text, start, end), _closes_here(text, start, end)
    if glyph == "“":
        return "either" if closes and not opens else "open"
    if glyph == "”":
        return "open" if opens and not closes else "close"
    if opens == closes:
        return _role_between_marks(text, start, end)
    return "open" if opens else "close"


def _role_between_marks(text: str, start: int, end: int) -> Role:
    """A straight mark beside another mark, or with no white space on either side."""
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    if before.isspace() and not after.isspace():
        return "open"
    if after.isspace() and not before.isspace():
        return "close"
    if before in ".,!?…" and (after.isalpha() or after in "(["):
        return "close"
    return "either"


def _is_measure(text: str, start: int, glyph: str) -> bool:
    """5'11", 6'3": feet and inches. A bare 6" counts only where the mark cannot close anything."""
    if glyph not in ('"', "''", "”") or not text[max(0, start - 1) : start].isdigit():
        return False
    return _MEASURE_BEFORE.search(text, max(0, start - 8), start) is not None


def _single_role(text: str, start: int, end: int, glyph: str) -> Role | None:
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    if before.isalnum() and after.isalnum():
        return None
    if before.isalnum() or before in ".,!?…)]%$€*":
        return "close" if glyph in "’'`‘" else "open"
    if before.isspace() or before in _OPENING or before in _DOUBLE or before in ":«":
        return _opening_role(text, end, glyph, after)
    return "close" if before in "”»'’" and not after.isalnum() else None


def _opening_role(text: str, end: int, glyph: str, after: str) -> Role | None:
    if after.isspace() or _ELISION.match(text, end):
        return None
    return None if glyph == "’" else "open"


def _angle_role(text: str, start: int, end: int, opens: bool) -> Role:
    """« opens even before a space (« mot »); it closes only where a word touches it from the left.

    Single ones may change their style within a text (‹A›, ›B‹); a » alone before a word is a slip of the pen.
    """
    if opens and _closes_here(text, start, end) and not _opens_here(text, start, end):
        return "close"
    single = text[start] in "‹›" and text[end : end + 1].isalnum()
    if opens or (single and _opens_here(text, start, end)):
        return "open"
    return "close"


def _has_reversed_angles(text: str) -> bool:
    """»German« style: the first angle mark of the text is a » that stands before a word."""
    left, right = text.find("«"), text.find("»")
    if right < 0 or (0 <= left < right):
        return False
    return _opens_here(text, right, right + 1)
