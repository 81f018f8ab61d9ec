"""Marked spans: which mark closes which, paragraph by paragraph.

    paragraph ── marks ──> [opened] ── closing mark ─────────────> Span
                              ├── same mark opens again ─────────> unclosed: repaired at its own sentence
                              ├── paragraph ends, next re-opens ─> Span that continues
                              └── paragraph ends ────────────────> unclosed: repaired, never past the end

Spans never cross and are given outermost first: what is quoted inside a quote stays part of it. The one
case in which a span leaves its paragraph is an open quote whose closing mark is the first mark of one of
the next paragraphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.quotes.closers import find_closer
from pipeline.quotes.marks import Family, Mark, find_marks

_JOIN_PARAGRAPHS = 3  # an unclosed quote may run on over this many paragraphs
_LONGEST_JOIN = 2_000  # characters; all multi-paragraph quotes seen in print were shorter


@dataclass(frozen=True, slots=True)
class Span:
    """Text between quote marks: `text[start:end]`; the marks with it are `text[outer_start:outer_end]`.

    `repaired` tells that one of its marks is missing in the text; `continues` that the paragraph ended
    with the quote still open and the next one re-opens it.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    family: Family
    repaired: bool = False
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text that is not blank: `text[start:end]`, with its marks."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def split_paragraphs(text: str) -> list[Paragraph]:
    """The lines of a text that hold something, each with its marks."""
    marks, at = find_marks(text), 0
    found: list[Paragraph] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        first = at
        while at < len(marks) and marks[at].start < end:
            at += 1
        if text[start:end].strip():
            found.append(Paragraph(start, end, tuple(marks[first:at])))
        start = end + 1
    return found


def find_spans(text: str, paragraphs: Sequence[Paragraph]) -> list[Span]:
    """The outermost marked spans of a text, in order."""
    found: list[Span] = []
    for number in range(len(paragraphs)):
        found.extend(_pair(text, paragraphs, number, found[-1].outer_end if found else 0))
    return found


def _pair(text: str, paragraphs: Sequence[Paragraph], number: int, taken: int) -> list[Span]:
    """The spans of one paragraph; marks before `taken` belong to a span that ran into it."""
    marks = paragraphs[number].marks
    found: list[Span] = []
    at = 0
    while at < len(marks):
        mark = marks[at]
        if mark.start < taken or mark.role == "close":
            at += 1
            continue
        closer = find_closer(text, marks, at)
        if closer is not None:
            found.append(_span(text, mark, marks[closer]))
            at = closer + 1
            continue
        repaired = _repair(text, paragraphs, number, at)
        if repaired is not None:
            found.append(repaired)
        at += 1
        taken = max(taken, repaired.outer_end if repaired else 0)
    return found


def _span(text: str, opener: Mark, closer: Mark) -> Span:
    start, end = _trim(text, opener.end, closer.start)
    return Span(start, end, opener.start, closer.end, opener.family)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """White space inside the marks (« mot ») is not part of the quote."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _repair(text: str, paragraphs: Sequence[Paragraph], number: int, at: int) -> Span | None:
    """What an opener without a closing mark in its paragraph stands for, or None where it says nothing."""
    paragraph = paragraphs[number]
    opener = paragraph.marks[at]
    if any(mark.family == opener.family for mark in paragraph.marks[at + 1 :]):
        return None
    if opener.family == "single" and opener.glyph != "‘":
        return None
    joined = _closed_later(text, paragraphs, number, opener)
    if joined is not None:
        return joined
    following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
    continues = _reopens(following, opener)
    start, end = _trim(text, opener.end, paragraph.end)
    if continues or opener.start == paragraph.start:
        return Span(start, end, opener.start, end, opener.family, not continues, continues)
    return None


def _reopens(following: Paragraph | None, opener: Mark) -> bool:
    if following is None or not following.marks:
        return False
    first = following.marks[0]
    return first.role != "close" and first.start == following.start and first.family == opener.family


def _closed_later(text: str, paragraphs: Sequence[Paragraph], number: int, opener: Mark) -> Span | None:
    """The closing mark that stands alone in one of the next paragraphs, before any other mark."""
    for later in paragraphs[number + 1 : number + 1 + _JOIN_PARAGRAPHS]:
        first = next((mark for mark in later.marks if mark.family == opener.family), None)
        if first is None:
            continue
        if first.role != "close" or first.start - opener.start > _LONGEST_JOIN or opener.family == "single":
            return None
        return _span(text, opener, first)
    return None
