"""Where a quote ended whose closing mark is missing: “So it goes, he said.  ->  So it goes,

The place is before the first clause that can only be its speaker: punctuation, then a verb of speech with
its subject on either side. Nothing is guessed where no such clause follows.
"""

import re
from itertools import islice

from pipeline.quotes.lexicon import ADVERB, CAPITAL, DETERMINER, PRONOUN, ROLE, SPEECH, TITLE, Lexicon

_PAUSE = re.compile(r"[,?!…—][ \u00a0]+")
_WORDS = re.compile(r"[^\W_][\w.’'-]*|\S")
_CLAUSE = 7  # words in which the verb of speech must come


def find_missing_end(text: str, start: int, end: int, lexicon: Lexicon) -> int | None:
    """The end of the words that were said, between `start` and `end`, or None where no cue follows them."""
    for pause in _PAUSE.finditer(text, start, end):
        if names_speaker(text, pause.end(), end, lexicon):
            return pause.start() + 1
    return None


def names_speaker(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the clause that starts at `start` can only be a cue with its speaker."""
    words = [match.group() for match in islice(_WORDS.finditer(text, start, end), _CLAUSE)]
    return _names_speaker(words, lexicon)


def _names_speaker(words: list[str], lexicon: Lexicon) -> bool:
    tags = [_tags(word, lexicon) for word in words]
    if len(tags) < 2:
        return False
    subject = PRONOUN | CAPITAL | DETERMINER | TITLE | ROLE
    if tags[0] & SPEECH:
        return bool(tags[1] & subject)
    if not tags[0] & (PRONOUN | CAPITAL | TITLE) or words[0] == "I":
        return False
    for at, tag in enumerate(tags[1:], start=1):
        if tag & SPEECH:
            return not tags[0] & PRONOUN or at < 3
        if not tag & (CAPITAL | TITLE | ROLE | ADVERB):
            return False
    return False


def _tags(word: str, lexicon: Lexicon) -> int:
    tag = lexicon.tags.get(word.lower().rstrip("."), 0)
    return tag | CAPITAL if word[0].isupper() else tag
