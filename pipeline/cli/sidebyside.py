"""Two texts that were compared, shown to people: in columns on a terminal, with marks elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from pipeline.stories import Change

STYLES = {"equal": "", "removed": "red", "added": "green"}
MARKS = {"equal": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
Changes = Sequence["Change"]
Sides = tuple[Text, Text]


def print_sides(left: str, right: str, titles: Changes, body: Changes) -> None:
    """Print two columns: the first text with what was removed, the second with what was added."""
    table = Table(expand=True, show_edge=False, pad_edge=False)
    for heading in (left, right):
        table.add_column(Text(heading), ratio=1, overflow="fold")
    for sides in (*_paragraphs(titles), (Text(), Text()), *_paragraphs(body)):
        table.add_row(*sides)
    Console(highlight=False).print(table)


def as_marked(found: Changes) -> str:
    """One text with [-what was removed-] and {+what was added+}, as `wdiff` writes it."""
    return "".join(
        _marked(line, change.kind) for change in found for line in change.text.splitlines(keepends=True)
    )


def _marked(line: str, kind: str) -> str:
    """A line in its marks, the white space behind it outside."""
    opens, closes = MARKS[kind]
    bare = line.rstrip()
    return f"{opens}{bare}{closes}{line[len(bare) :]}" if bare else line


def _paragraphs(found: Changes) -> list[Sides]:
    """Rows of the two columns: a row ends where both texts have the same line break."""
    rows: list[Sides] = [(Text(), Text())]
    for change in found:
        for line in change.text.splitlines(keepends=True):
            left, right = rows[-1]
            if change.kind != "added":
                left.append(line, style=STYLES[change.kind])
            if change.kind != "removed":
                right.append(line, style=STYLES[change.kind])
            if change.kind == "equal" and line.endswith("\n"):
                rows.append((Text(), Text()))
    return rows
