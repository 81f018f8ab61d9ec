"""Tables for people: aligned; in a pipe as wide as they need and whole, on a terminal folded.

A table that is too wide for the terminal folds its long texts; where even that does not fit, each row is
printed as a list of its columns.
"""

import shutil
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO

from rich.cells import cell_len

from pipeline.cli.values import as_text

GAP = "  "
FOLDED_FROM = 37  # a column of ids (36 characters) is never folded
NARROWEST = 24
PADDED_TO = 60  # in a pipe, a longer text pushes its line instead of every line
SHOWN = 200  # characters of a text on a terminal
Row = Sequence[object]


def print_table(names: Sequence[str], rows: Sequence[Row], stream: IO[str], *, header: bool = True) -> None:
    """Print rows under their names."""
    cells = [[cell(value) for value in row] for row in rows]
    if stream.isatty():
        cells = [[_shown(text) for text in row] for row in cells]
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    right = [_is_number(column) for column in zip(*rows, strict=True)] or [False] * len(names)
    width = shutil.get_terminal_size().columns if stream.isatty() else None
    if width is None:
        widths = [min(one, PADDED_TO) for one in widths]
    elif (fitting := _fit(widths, width)) is None:
        _print_records(names, cells, stream, width)
        return
    else:
        widths = fitting
    for row in [list(names), *cells] if header else cells:
        for line in _lines(row, widths, right, fold=width is not None):
            stream.write(f"{line}\n")


def cell(value: object) -> str:
    """A value in one line; times in UTC, to the second."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return " ".join(as_text(value).split())


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _is_number(column: Sequence[object]) -> bool:
    return all(isinstance(value, int | float | Decimal | None) for value in column)


def _fit(widths: list[int], available: int) -> list[int] | None:
    """Widths that fit, long texts sharing what the others leave; None where that is too little."""
    room = available - len(GAP) * (len(widths) - 1)
    if sum(widths) <= room:
        return widths
    long = [width for width in widths if width >= FOLDED_FROM]
    share = (room - sum(widths) + sum(long)) // len(long) if long else 0
    return (
        [min(width, share) if width >= FOLDED_FROM else width for width in widths]
        if share >= NARROWEST
        else None
    )


def _lines(row: list[str], widths: list[int], right: list[bool], *, fold: bool) -> list[str]:
    """One row of cells as lines of text."""
    folded = [_fold(text, width) if fold else [text] for text, width in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, folded))):
        parts = [piece[number] if number < len(piece) else "" for piece in folded]
        padded = (_pad(part, width, at) for part, width, at in zip(parts, widths, right, strict=True))
        lines.append(GAP.join(padded).rstrip())
    return lines


def _fold(text: str, width: int) -> list[str]:
    return [text] if cell_len(text) <= width else textwrap.wrap(text, width) or [""]


def _pad(text: str, width: int, is_right: bool) -> str:
    blank = " " * max(0, width - cell_len(text))
    return blank + text if is_right else text + blank


def _print_records(names: Sequence[str], cells: list[list[str]], stream: IO[str], width: int) -> None:
    left = max(map(cell_len, names))
    for number, row in enumerate(cells, 1):
        stream.write(f"[{number}]\n")
        for name, text in zip(names, row, strict=True):
            first, *more = textwrap.wrap(text, max(NARROWEST, width - left - len(GAP))) or [""]
            stream.write(f"{_pad(name, left, False)}{GAP}{first}".rstrip() + "\n")
            stream.writelines(f"{' ' * left}{GAP}{line}\n" for line in more)


def duration(seconds: float) -> str:
    """A span of time: `0.8 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
