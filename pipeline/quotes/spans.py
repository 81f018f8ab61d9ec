"""Marked spans: which mark closes which, paragraph by paragraph.

    paragraph ── marks ──> [opened] ── closing mark ─────────────> Span
                              ├── same mark opens again ─────────> unclosed: repaired at its own sentence
                              ├── next paragraph re-opens it ────> one Span up to where it is closed
                              └── paragraph ends ────────────────> unclosed: repaired, never past the end

Spans never cross: what is quoted inside a quote stays part of it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.quotes.closers import LOOK_AHEAD, find_closer
from pipeline.quotes.lexicon import Lexicon
from pipeline.quotes.marks import Family, Mark, find_marks
from pipeline.quotes.repairs import find_missing_end

_JOIN_PARAGRAPHS = 10  # an unclosed quote may run on over this many paragraphs
_LONGEST_JOIN = 5_000  # characters; nearly all multi-paragraph quotes seen in print were shorter
_CUE_WORDS = 8  # "Ann Lee told the club on Friday": with no more than this behind it, the end is no guess
_SIGNATURE_WORDS = 8  # "Ann Lee, Centre for the Study of Tides"

_Runs = dict[Family, list[tuple[int, bool]]]  # what `_run_ends` found, for each family that needed it


@dataclass(frozen=True, slots=True)
class Span:
    """Text between quote marks: `text[start:end]`; the marks with it are `text[outer_start:outer_end]`.

    A quote re-opened at each of its paragraphs is one span, with the inner opening marks part of its text.
    `repaired` tells that its closing mark is missing and where it ends is a guess.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    family: Family
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text that is not blank: `text[start:end]`, with its marks; it begins at `first`."""

    start: int
    end: int
    first: int
    marks: tuple[Mark, ...]


def split_paragraphs(text: str) -> list[Paragraph]:
    """The lines of a text that hold something, each with its marks."""
    marks = find_marks(text)
    starts = [mark.start for mark in marks]
    found: list[Paragraph] = []
    start = at = 0
    for line in text.split("\n"):
        end = start + len(line)
        words = line.lstrip()
        if words:
            first, at = at, bisect_left(starts, end, at)
            found.append(Paragraph(start, end, end - len(words), tuple(marks[first:at])))
        start = end + 1
    return found


def find_spans(text: str, paragraphs: Sequence[Paragraph], lexicon: Lexicon | None = None) -> list[Span]:
    """The outermost marked spans of a text, in order; the lexicon helps to place missing closing marks."""
    found: list[Span] = []
    runs: _Runs = {}
    for number in range(len(paragraphs)):
        taken = found[-1].outer_end if found else 0
        found.extend(_pair(text, paragraphs, number, taken, lexicon, runs))
    return found


def _pair(
    text: str,
    paragraphs: Sequence[Paragraph],
    number: int,
    taken: int,
    lexicon: Lexicon | None,
    runs: _Runs,
) -> list[Span]:
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
            span = _span(text, mark, marks[closer])
            if span.end > span.start:
                found.append(span)
            at = closer + 1
            continue
        repaired = _repair(text, paragraphs, number, at, lexicon, runs)
        if repaired is not None and repaired.end > repaired.start:
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


def _repair(
    text: str, paragraphs: Sequence[Paragraph], number: int, at: int, lexicon: Lexicon | None, runs: _Runs
) -> Span | None:
    """What an opener without a closing mark in its paragraph stands for, or None where it says nothing."""
    paragraph = paragraphs[number]
    opener = paragraph.marks[at]
    if opener.family == "single" and opener.glyph != "‘":
        return None
    behind = paragraph.marks[at + 1 : at + 1 + LOOK_AHEAD]
    later = next((mark for mark in behind if mark.family == opener.family), None)
    limit = min(later.start if later else paragraph.end, opener.end + _LONGEST_JOIN)
    missing = find_missing_end(text, opener.end, limit, lexicon) if lexicon else None
    if missing is not None:
        repaired = _repaired(text, opener, missing)
        alone = later is None and opener.start == paragraph.first
        certain = alone and len(text[missing : paragraph.end].split()) <= _CUE_WORDS
        return replace(repaired, repaired=not certain)
    if later is not None:
        return None
    joined = _closed_later(text, paragraphs, number, opener, runs)
    if joined is not None or opener.start != paragraph.first:
        return joined
    return _repaired(text, opener, paragraph.end)


def _repaired(text: str, opener: Mark, limit: int) -> Span:
    start, end = _trim(text, opener.end, limit)
    return Span(start, end, opener.start, end, opener.family, repaired=True)


def _closed_later(
    text: str, paragraphs: Sequence[Paragraph], number: int, opener: Mark, runs: _Runs
) -> Span | None:
    """The closing mark in one of the next paragraphs; each of them re-opens the quote, or has no mark."""
    family = opener.family
    if family not in runs:
        runs[family] = _run_ends(text, paragraphs, family)
    last, gap = runs[family][number + 1]
    if last >= min(len(paragraphs), number + 1 + _JOIN_PARAGRAPHS):
        return None
    paragraph = paragraphs[last]
    first = _first_of(paragraph.marks, family)
    mark = paragraph.marks[first]
    if mark.start - opener.start > _LONGEST_JOIN:
        return None
    if mark.role == "close":
        return _close_at(text, paragraph, opener, mark, last == number + 1)
    if gap or mark.start != paragraph.first:
        return None
    closer = find_closer(text, paragraph.marks, first)
    return None if closer is None else _span(text, opener, paragraph.marks[closer])


def _run_ends(text: str, paragraphs: Sequence[Paragraph], family: Family) -> list[tuple[int, bool]]:
    """For each paragraph, where a quote that is open at its start ends, and whether a gap comes before.

    That is the first paragraph that does more than re-open the quote; behind a gap, a paragraph without a
    mark of the family, the first one with a mark. One past the last where there is none. One pass from the
    end, so that a text of unclosed lines stays cheap.
    """
    marked, end = len(paragraphs), (len(paragraphs), False)
    ends = [end]
    for number in range(len(paragraphs) - 1, -1, -1):
        paragraph = paragraphs[number]
        first = _first_of(paragraph.marks, family)
        if first < 0:
            end = (marked, True)
        else:
            marked = number
            if not _only_reopens(text, paragraph, first):
                end = (number, False)
        ends.append(end)
    ends.reverse()
    return ends


def _first_of(marks: Sequence[Mark], family: Family) -> int:
    return next((at for at, mark in enumerate(marks) if mark.family == family), -1)


def _only_reopens(text: str, paragraph: Paragraph, first: int) -> bool:
    mark = paragraph.marks[first]
    if mark.role == "close" or mark.start != paragraph.first:
        return False
    return find_closer(text, paragraph.marks, first) is None


def _close_at(text: str, last: Paragraph, opener: Mark, mark: Mark, adjacent: bool) -> Span | None:
    """A lone closing mark in a later paragraph; a short last line is a signature, no part of the words."""
    if opener.family == "single":
        return None
    line = text[last.start : mark.start]
    if adjacent and mark.end >= last.end - 1 and len(line.split()) <= _SIGNATURE_WORDS and line[:1].isupper():
        return _repaired(text, opener, last.start)
    return _span(text, opener, mark)
