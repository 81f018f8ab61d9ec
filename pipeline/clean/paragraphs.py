"""Text as the tables hold it: NFC, one paragraph a line, no blank lines, no control characters."""

import re
import unicodedata

# Where a line ends: those that str.splitlines knows (Unicode standard, section 5.8).
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")

# Dropped without trace: C0 and C1 controls, soft hyphen, zero-width space, word joiner, BOM, noncharacters.
# Joiners (U+200C, U+200D) and direction marks stay: Persian, Indic scripts and emoji need them.
_JUNK = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# Letters written without spaces between words: kana and han; runs of Thai, Lao, Burmese, Khmer.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED_RUN = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_ANY_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"\w++(?:['’.,\-]\w++)*+")
_LETTERS_A_WORD = 5  # Thai, Lao, Khmer and Burmese average four to six letters a word


def sound(text: str) -> str:
    """The same text without what no table may hold: controls, junk, lone surrogates; in NFC."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _JUNK.sub("", _LONE_SURROGATE.sub("\ufffd", text)))


def lines_of(text: str) -> list[str]:
    """The lines of a text, sound, with single spaces inside; blank lines stay as empty strings."""
    return [" ".join(line.split()) for line in _LINE_END.split(sound(text))]


def paragraphs_of(text: str) -> list[str]:
    """The lines of a text that hold anything."""
    return [line for found in sound(text).splitlines() if (line := " ".join(found.split()))]


def count_words(text: str) -> int:
    """Words as people count them: each han or kana character is one, Thai and its kin by mean word length."""
    if text.isascii() or not _ANY_UNSPACED.search(text):
        return len(_WORD.findall(text))
    characters = len(_UNSPACED.findall(text))
    runs = sum(-(-len(run) // _LETTERS_A_WORD) for run in _UNSPACED_RUN.findall(text))
    spaced = _UNSPACED_RUN.sub(" ", _UNSPACED.sub(" ", text))
    return characters + runs + len(_WORD.findall(spaced))
