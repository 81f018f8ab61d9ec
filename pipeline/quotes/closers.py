"""Which mark closes an open one, by family. Every search is bounded, so marks alone stay linear."""

from collections.abc import Sequence

from pipeline.quotes.marks import Mark

LOOK_AHEAD = 64  # marks looked at for one opener; a paragraph of prose rarely has twenty
_STRONG = frozenset(".,;:!?…")


def find_closer(text: str, marks: Sequence[Mark], at: int) -> int | None:
    """The index of the mark that closes `marks[at]`, or None where the paragraph has none."""
    family = marks[at].family
    if family == "single":
        return _close_single(text, marks, at)
    if family == "double":
        return _close_double(marks, at)
    return _close_nested(marks, at)


def _close_double(marks: Sequence[Mark], at: int) -> int | None:
    """The next closing double mark. The same glyph opening again means that a mark is missing."""
    opener = marks[at]
    if opener.glyph == "„":
        return _close_low(marks, at)
    nested: list[str] = []
    for index in range(at + 1, min(len(marks), at + LOOK_AHEAD)):
        mark = marks[index]
        if mark.family != "double":
            continue
        if mark.role == "open":
            if mark.glyph == opener.glyph or nested:
                return None
            nested.append(mark.glyph)
        elif nested and _pairs(nested[-1], mark.glyph):
            nested.pop()
        else:
            return index
    return None


def _close_low(marks: Sequence[Mark], at: int) -> int | None:
    """The mark that closes a „ at its depth; None where a „ inside has no closing mark of its own."""
    depth = 0
    for index in range(at, min(len(marks), at + LOOK_AHEAD)):
        mark = marks[index]
        if mark.family != "double":
            continue
        depth += 1 if mark.glyph == "„" else -1
        if depth == 0:
            return index
    return None


def _pairs(opening: str, closing: str) -> bool:
    return opening == closing or (opening, closing) in (("“", "”"), ("„", "“"), ("„", "”"), ("``", "''"))


def _close_nested(marks: Sequence[Mark], at: int) -> int | None:
    """The closing mark at the same depth; failing that, the first one before the next opening mark."""
    family, depth, first = marks[at].family, 0, None
    for index in range(at, min(len(marks), at + LOOK_AHEAD)):
        mark = marks[index]
        if mark.family != family:
            continue
        depth += 1 if mark.role == "open" else -1
        if mark.role != "open" and first is None:
            first = index if depth == 1 or depth == 0 else None
        if depth == 0:
            return index
    return first


def _close_single(text: str, marks: Sequence[Mark], at: int) -> int | None:
    """The closing single mark, told from plural possessives (the states’ plan).

    A ’ after an s and before a word is taken for a possessive when a mark that must be a closing one
    (beside punctuation, or at the end) still comes before the next opening mark.
    """
    weak: int | None = None
    for index in range(at + 1, min(len(marks), at + LOOK_AHEAD)):
        mark = marks[index]
        if mark.family == "double" and mark.role == "open" and text[mark.start - 1].isspace():
            continue
        if mark.family != "single":
            continue
        if mark.role == "open":
            break
        if not _may_be_possessive(text, mark):
            return index
        weak = index if weak is None else weak
    return weak


def _may_be_possessive(text: str, mark: Mark) -> bool:
    before = text[mark.start - 1 : mark.start]
    after = text[mark.end : mark.end + 2]
    return before in ("s", "S", "z", "x") and after[:1] == " " and after[1:].isalpha()
