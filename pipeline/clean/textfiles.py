"""Text documents: the title, if the first line is one, and the paragraphs.

Three layouts occur, and can be told apart: one paragraph a line; paragraphs of wrapped lines between blank
lines; and paragraphs on one line each, between blank lines.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from pipeline.clean.paragraphs import lines_of

MAX_TITLE_CHARS = 160  # "short": twice a long headline
MAX_WRAP_CHARS = 132  # the widest line printer; editors wrap at 72 to 100
_MIN_BREAKS = 4  # line breaks that must agree before a text counts as wrapped
_AGREEING = 0.9  # share of them that must

_FULL_STOP = re.compile(r"[.。．।۔…:;,][\"'”’»)\]]*$")
_LIST_ITEM = re.compile(r"(?:[-*•–—·▪◦‣]|\d{1,3}[.)]|[a-z][.)])\s")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")

Block = list[str]  # lines between blank lines


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A title, None unless the document shows one, and paragraphs."""

    title: str | None
    paragraphs: tuple[str, ...]


def read_text(text: str) -> TextDocument:
    """The document in a text. Headings and list items stay paragraphs of their own."""
    blocks = _blocks(lines_of(text))
    title = _title(blocks)
    body = blocks[1:] if title else blocks
    width = _wrap_width(body)
    paragraphs = [line for block in body for line in (_unwrapped(block, width) if width else block)]
    return TextDocument(title, tuple(paragraphs))


def _blocks(lines: list[str]) -> list[Block]:
    blocks: list[Block] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _title(blocks: list[Block]) -> str | None:
    """The first line if it is short, without a closing stop, and stands alone before a text."""
    if len(blocks) < 2 or len(blocks[0]) != 1:
        return None
    line = blocks[0][0]
    is_title = len(line) <= MAX_TITLE_CHARS and not _FULL_STOP.search(line) and not _LIST_ITEM.match(line)
    return line if is_title else None


def _wrap_width(blocks: list[Block]) -> int:
    """The width at which the text was wrapped, 0 if it was not.

    A line was wrapped where the next one's first word would not have fitted on it; lines of a text with one
    paragraph a line end anywhere.
    """
    width = max((len(line) for block in blocks for line in block), default=0)
    pairs = [pair for block in blocks for pair in _joints(block)]
    full = sum(_is_full(line, following, width) for line, following in pairs)
    wrapped = width <= MAX_WRAP_CHARS and len(pairs) >= _MIN_BREAKS and full >= _AGREEING * len(pairs)
    return width if wrapped else 0


def _joints(block: Block) -> list[tuple[str, str]]:
    return [(line, following) for line, following in pairwise(block) if not _LIST_ITEM.match(following)]


def _is_full(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split(" ", 1)[0]) > width


def _unwrapped(block: Block, width: int) -> list[str]:
    paragraphs = block[:1]
    for line, following in pairwise(block):
        if _LIST_ITEM.match(following) or not _is_full(line, following, width):
            paragraphs.append(following)
        else:
            paragraphs[-1] = _joined(paragraphs[-1], following)
    return paragraphs


def _joined(line: str, following: str) -> str:
    unspaced = _UNSPACED.match(line[-1]) and _UNSPACED.match(following)
    return f"{line}{following}" if unspaced else f"{line} {following}"
