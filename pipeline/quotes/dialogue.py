"""Speech behind a dash, without marks: — Nous partons, dit Anne Morel. / —Ganaremos —dijo Ana Torres.

Only a line whose cue names its speaker is read so: a dash alone also opens the items of a list.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice

from pipeline.quotes.lexicon import Lexicon
from pipeline.quotes.repairs import names_speaker
from pipeline.quotes.spans import Paragraph, Span

_DASHES = "—–"
_PAUSE = re.compile(r"[,?!….][ \u00a0]*[—–][ \u00a0]*|[ \u00a0][—–][ \u00a0]*|[,?!…][ \u00a0]+")
_RESUMED = re.compile(r"[.,;:?!…] ?[—–]|[—–][.,;:?!…]?")
_MOST_PAUSES = 12  # looked at in one line


def with_dialogue(
    text: str, paragraphs: Sequence[Paragraph], spans: Sequence[Span], lexicon: Lexicon
) -> list[Span]:
    """The marked spans, and those behind a dash in lines without a mark that no span runs over."""
    if not lexicon.speech_in_dashes:
        return list(spans)
    ends = [span.outer_end for span in spans]
    lines = [line for line in paragraphs if text[line.first] in _DASHES and not line.marks]
    spoken = (_spoken(text, line, lexicon) for line in lines if not _covered(line, spans, ends))
    return sorted([*spans, *(span for parts in spoken for span in parts)], key=lambda span: span.start)


def _covered(line: Paragraph, spans: Sequence[Span], ends: Sequence[int]) -> bool:
    """Whether the first span that ends behind the start of the line begins before the line's end."""
    at = bisect_right(ends, line.start)
    return at < len(spans) and spans[at].outer_start < line.end


def _spoken(text: str, line: Paragraph, lexicon: Lexicon) -> list[Span]:
    """What is said in one line: up to its cue, and behind the dash that closes the cue."""
    start = _skip_space(text, line.first + 1, line.end)
    for pause in islice(_PAUSE.finditer(text, start, line.end), _MOST_PAUSES):
        if names_speaker(text, pause.end(), line.end, lexicon):
            end = pause.start() + (text[pause.start()] in ",?!….")
            spoken = [Span(start, end, line.first, end, "dash")] if end > start else []
            return spoken + _resumed(text, pause.end(), line.end)
    return []


def _resumed(text: str, cue: int, end: int) -> list[Span]:
    """— Ganaremos —dijo Ana Torres—. Volveremos mañana: what follows the cue that starts at `cue`."""
    dash = _RESUMED.search(text, cue, end)
    if dash is None:
        return []
    start = _skip_space(text, dash.end(), end)
    return [Span(start, end, dash.end() - 1, end, "dash")] if start < end else []


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start
