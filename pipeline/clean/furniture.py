"""Lines that stand among an article's paragraphs without being part of it.

The title repeated, the byline, the date, reading time, photo credits, calls to read, follow, share or
subscribe, copyright. Only short lines are looked at, and only whole lines go.
"""

import re
from collections.abc import Iterable, Sequence

from pipeline.clean.calls import CALL, CREDIT, DATE
from pipeline.clean.names import fold

_CALL_CHARS = 220  # calls to read or subscribe are shorter
_CREDIT_CHARS = 80
_BARE_CHARS = 60  # of a line that is a date or a byline
_EDGE_LINES = 6  # at both ends of a text, where titles, bylines and dates are repeated
_OTHER_WORDS = 3  # beside the name in a byline

_LETTER = re.compile(r"[^\W\d_]")
_BULLET = re.compile(r"^(?:[-*•–—>»▶►→|])+\s+")


def without_furniture(lines: Sequence[str], titles: Iterable[str], authors: Iterable[str]) -> list[str]:
    """The lines that belong to the text."""
    repeated = {fold(title) for title in titles}
    people = [key for author in authors if (key := fold(author))]
    kept: list[str] = []
    for number, line in enumerate(lines):
        at_head = number < _EDGE_LINES
        at_edge = at_head or number >= len(lines) - _EDGE_LINES
        plain = _BULLET.sub("", line)
        repeats = at_head and fold(plain) in repeated
        if not (repeats or _is_call(plain) or (at_edge and _is_bare(plain, people))):
            kept.append(line)
    return kept


def _is_call(line: str) -> bool:
    """A call, a credit, or nothing that can be read."""
    if len(line) > _CALL_CHARS:
        return False
    if not _LETTER.search(line):
        return not any(map(str.isdigit, line))
    return bool(CALL.match(line)) or (len(line) <= _CREDIT_CHARS and bool(CREDIT.match(line)))


def _is_bare(line: str, people: Iterable[str]) -> bool:
    """A date, a reading time, or the byline."""
    return len(line) <= _BARE_CHARS and (bool(DATE.match(line)) or _is_byline(fold(line), people))


def _is_byline(line: str, people: Iterable[str]) -> bool:
    rest = line
    for name in people:
        rest = rest.replace(name, " ")
    return rest != line and len(rest.split()) <= _OTHER_WORDS
