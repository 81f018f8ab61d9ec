"""A text as attribution sees it: words and punctuation outside the quotes, each quote one token.

    Smith said the plan was “a mess.”  ->  Smith | said | the | plan | was | <quote 0>

Parallel lists, not objects: an article has a thousand tokens and is read in two milliseconds.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.quotes.lexicon import (
    AUXILIARY,
    CAPITAL,
    FUNCTION,
    GENITIVE,
    NUMBER,
    PRONOUN,
    PUNCTUATION,
    QUOTED,
    ROLE,
    SPEECH,
    STOP,
    TITLE,
    Lexicon,
)
from pipeline.quotes.spans import Paragraph, Span

DASHES = frozenset(("-", "–", "—", "--", "―", "‒", "~"))
_TERMINAL = frozenset(".!?…")
_GENITIVES = ("'s", "’s", "s'", "s’")
_LONGEST = 200  # tokens of one sentence; lists and noise are cut there, which bounds every search below
_CACHED = 40  # characters; longer words are no words
_MOST_KNOWN = 80_000  # words of a language that are kept as read; 840 articles have 43,000
_Word = tuple[str, str, int]  # as printed, in lower case without the full stop of an abbreviation, its tags
_REACH = 9  # tokens after a closing ?" or !" within which a verb of speech keeps the sentence going


class _Known(dict[str, _Word]):
    """The words of a language that were read so far, with and without white space behind them.

    Most words of a text are known: then no function of ours is called for them.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, piece: str) -> _Word:
        word = piece.rstrip()
        read = self.get(word) or (word, *_read(word, self._lexicon))
        if len(self) >= _MOST_KNOWN:
            self.clear()
        if len(piece) < _CACHED:
            self[piece] = read
        return read


_KNOWN: dict[str, _Known] = {}  # by language


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens `first` up to, not including, `end`, in the paragraph of that number."""

    first: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists over all tokens; `lower` is "" and `span_at` has the span's number for a quote token.

    `sentence_at` gives each token's sentence, `token_of_span` each span's token.
    """

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    tags: list[int]
    span_at: dict[int, int]
    token_of_span: list[int]
    sentences: list[Sentence]
    sentence_at: list[int]
    spans: Sequence[Span]
    verb_second: bool = False
    nouns_capitalised: bool = False

    def end_of(self, token: int) -> int:
        """Where a token ends in the text."""
        return self.starts[token] + len(self.words[token])

    def slice(self, first: int, end: int) -> str:
        """The text from token `first` to the one before `end`."""
        return self.text[self.starts[first] : self.end_of(end - 1)]


def tokenise(text: str, paragraphs: Sequence[Paragraph], spans: Sequence[Span], lexicon: Lexicon) -> Tokens:
    """Cut a text into tokens and sentences. A span over several paragraphs is a token of its first."""
    made = Tokens(text, [], [], [], [], {}, [], [], [], spans, lexicon.verb_second, lexicon.nouns_capitalised)
    _add(made, _veil(text, spans), 0, lexicon)
    for number, span in enumerate(spans):
        token = bisect_left(made.starts, span.outer_start)
        made.span_at[token] = number
        made.token_of_span.append(token)
        made.words[token], made.lower[token] = text[span.outer_start : span.outer_end], ""
        made.tags[token] = QUOTED | STOP
    _add_sentences(made, [bisect_left(made.starts, paragraph.end) for paragraph in paragraphs])
    return made


def _veil(text: str, spans: Sequence[Span]) -> str:
    """The text at its length, with a lone mark and white space in place of each span."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.outer_start], '"', " " * (span.outer_end - span.outer_start - 1))
        at = span.outer_end
    return "".join(parts) + text[at:]


def add_words(made: Tokens, start: int, end: int, lexicon: Lexicon) -> None:
    """Append the words of `text[start:end]`; who calls it outside of `tokenise` tells their sentence."""
    _add(made, made.text[start:end], start, lexicon)


def _add(made: Tokens, text: str, start: int, lexicon: Lexicon) -> None:
    """Append the words of a text that stands at `start` in the whole. Each form is read when first met."""
    pieces = lexicon.word.findall(text)
    starts = list(accumulate(map(len, pieces), initial=start + len(text) - len(text.lstrip())))
    if lexicon.elisions or lexicon.clitics:
        parts = [_parts(piece.rstrip(), lexicon) for piece in pieces]
        starts = [first + at for first, cut in zip(starts, parts, strict=False) for at, _ in cut]
        pieces = [part for cut in parts for _, part in cut]
    if not pieces:
        return
    known = _KNOWN.setdefault(lexicon.language, _Known(lexicon))
    words, lower, tags = zip(*map(known.__getitem__, pieces), strict=True)
    made.starts.extend(starts[: len(pieces)])
    made.words.extend(words)
    made.lower.extend(lower)
    made.tags.extend(tags)


def _read(word: str, lexicon: Lexicon) -> tuple[str, int]:
    """A word in lower case, without the full stop of an abbreviation, and its tags."""
    lower = word.lower()
    lower = lower.rstrip(".") or lower
    tag = lexicon.tags.get(lower, 0)
    if not tag and ("'" in lower or "’" in lower):
        lower, tag = _contraction(lower, lexicon.tags.get)
    elif not tag and lexicon.role_endings and lower.endswith(lexicon.role_endings):
        tag = ROLE
    return lower, tag | _look(word, tag)


def _parts(word: str, lexicon: Lexicon) -> list[tuple[int, str]]:
    """The words in one run of letters, with where they start: l'homme, dit-il, a-t-elle."""
    found: list[tuple[int, str]] = []
    cut = max(word.find("'"), word.find("’")) + 1
    if cut and cut < len(word) and word[: cut - 1].lower() in lexicon.elisions:
        found.append((0, word[:cut]))
    else:
        cut = 0
    rest = word[cut:]
    clitic = next((ending for ending in lexicon.clitics if rest.lower().endswith(ending)), "")
    if not clitic or len(clitic) == len(rest):
        return [*found, (cut, rest)]
    stem = len(rest) - len(clitic)
    pronoun = clitic.rfind("-") + 1
    return [*found, (cut, rest[:stem]), (cut + stem + pronoun, clitic[pronoun:])]


def _contraction(lower: str, tags_of: Callable[[str, int], int]) -> tuple[str, int]:
    """he's, they’ve: a pronoun with an auxiliary; other words are left as they are."""
    stem, _, rest = lower.replace("’", "'").partition("'")
    tag = tags_of(stem, 0)
    if not rest:
        return stem, tag
    return (stem, tag | AUXILIARY) if tag & PRONOUN else (lower, 0)


def _look(word: str, tag: int) -> int:
    """What the look of a word tells: capital, number, punctuation, genitive."""
    first = word[0]
    if not first.isalnum():
        return (PUNCTUATION | (STOP if word in _TERMINAL else 0)) if len(word) < 3 else 0
    looks = STOP if word[-1] == "." else 0
    looks |= GENITIVE if word[-2:] in _GENITIVES else 0
    if first.isdigit():
        if "-" not in word or not word[-1].isalpha():
            return looks | NUMBER
        return looks | (CAPITAL if word[word.rindex("-") + 1].isupper() else 0)  # 34-Jährige, 34-year-old
    if first.isupper() and not (tag & FUNCTION and (len(word) < 2 or not word.isupper() or tag & PRONOUN)):
        looks |= CAPITAL
    return looks


def _add_sentences(made: Tokens, bounds: Sequence[int]) -> None:
    """Cut at the ends of paragraphs, which `bounds` are, and between them behind what ends a sentence."""
    stops = [token for token, tag in enumerate(made.tags) if tag & STOP]
    first = at = 0
    for paragraph, end in enumerate(bounds):
        while at < len(stops) and stops[at] + 1 < end:
            if _ends_sentence(made, stops[at], end):
                _add_sentence(made, first, stops[at] + 1, paragraph)
                first = stops[at] + 1
            at += 1
        _add_sentence(made, first, end, paragraph)
        first = end


def _add_sentence(made: Tokens, first: int, end: int, paragraph: int) -> None:
    for start in range(first, end, _LONGEST):
        cut = min(end, start + _LONGEST)
        made.sentence_at.extend([len(made.sentences)] * (cut - start))
        made.sentences.append(Sentence(start, cut, paragraph))


def _ends_sentence(made: Tokens, token: int, end: int) -> bool:
    """Whether a sentence ends after this token, which is not the last of its paragraph."""
    tag = made.tags[token]
    if made.words[token][-1] == "." and not tag & (PUNCTUATION | QUOTED | TITLE):
        return token + 1 < end and bool(made.tags[token + 1] & QUOTED or _is_opener(made, token + 1))
    if tag & PUNCTUATION:
        return made.words[token] in _TERMINAL and _starts_sentence(made, token + 1)
    if not tag & QUOTED or not _starts_sentence(made, token + 1):
        return False
    last = closing_character(made.text, made.spans[made.span_at[token]])
    if last == ".":
        return not _is_short_cue(made, token + 1, end)
    return last in "!?…" and last != "" and not _speech_follows(made, token + 1, end)


def closing_character(text: str, span: Span) -> str:
    """The last character of a span, marks of quotes inside it aside."""
    end = span.end
    while end > span.start and text[end - 1] in "'’”\"»)]":
        end -= 1
    return text[end - 1] if end > span.start else ""


def _is_opener(made: Tokens, token: int) -> bool:
    """The, But, He: a capitalised function word after a full stop that may belong to an abbreviation."""
    return made.words[token][0].isupper() and bool(made.tags[token] & FUNCTION)


def _starts_sentence(made: Tokens, token: int) -> bool:
    first = made.words[token][0]
    return first.isupper() or first.isdigit() or bool(made.tags[token] & QUOTED) or first in "([•*-–—―‒@#"


def _speech_follows(made: Tokens, token: int, end: int) -> bool:
    for index in range(token, min(end, token + _REACH)):
        tag = made.tags[index]
        if tag & SPEECH:
            return True
        if tag & QUOTED or made.words[index] in _TERMINAL:
            return False
    return False


def _is_short_cue(made: Tokens, token: int, end: int) -> bool:
    """“It is over.” Smith said. -- a full stop inside the marks although the sentence goes on."""
    for index in range(token, min(end - 1, token + 4)):
        if made.tags[index] & SPEECH:
            after = made.words[index + 1]
            return after in ".,:" and index > token
        if not made.tags[index] & (CAPITAL | PRONOUN):
            return False
    return False
