"""A text -> its words: the one normal form in which texts are compared.

Case, punctuation, typographic marks, compatibility forms and decomposed accents do not count; the digits of
every script are the same digits. A number with its separators is one word. In scripts written without
spaces (Chinese, Japanese, Thai, Lao, Burmese, Khmer) every character is a word.
"""

import re
import unicodedata

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W\d_{_UNSPACED}]"
# The commonest comes first, and a plain word of English is the first.
_WORD = re.compile(rf"[a-z]++(?![\w'])|{_LETTER}++(?:'{_LETTER}++)*+|\d++(?:[.,]\d++)*+|[{_UNSPACED}]")
# All decimal digits but ours. None stands between U+2000 and U+3000, where the marks of print are.
_FOREIGN_DIGIT = re.compile(r"[\u0660-\u1fff\u3000-\U0010ffff](?<=\d)")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")


def words(text: str) -> list[str]:
    """The words of a text in their normal form, in order."""
    return _WORD.findall(_normal(text))


def is_unspaced(found: list[str]) -> bool:
    """Whether most of these words are characters of a script written without spaces."""
    probe = found[:200]
    return len(_UNSPACED_CHARACTER.findall("".join(probe))) * 2 > len(probe)


def _normal(text: str) -> str:
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold()
    text = text.replace("\u2019", "'").replace("\u2018", "'")
    return _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
