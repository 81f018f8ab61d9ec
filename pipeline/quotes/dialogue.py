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
    return sorted([*spans, *(span for span in spoken if span is not None)], key=lambda span: span.start)


def _covered(line: Paragraph, spans: Sequence[Span], ends: Sequence[int]) -> bool:
    """Whether the first span that ends behind the start of the line begins before the line's end."""
    at = bisect_right(ends, line.start)
    return at < len(spans) and spans[at].outer_start < line.end


def _spoken(text: str, line: Paragraph, lexicon: Lexicon) -> Span | None:
    start = line.first + 1
    while start < line.end and text[start].isspace():
        start += 1
    for pause in islice(_PAUSE.finditer(text, start, line.end), _MOST_PAUSES):
        if names_speaker(text, pause.end(), line.end, lexicon):
            end = pause.start() + (text[pause.start()] in ",?!….")
            return Span(start, end, line.first, end, "dash") if end > start else None
    return None
