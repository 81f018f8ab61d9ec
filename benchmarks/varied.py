"""An archive of many pages made of a few: each repeat has other addresses, and other texts of the same size.

    python benchmarks/varied.py PAGES.warc.gz MANY.warc.gz --repeats 220

Pages repeated word for word would be one story of many copies each, and whoever remembers texts would find
them known. So each repeat is written anew:

- of ten pages seven get their words in another order: the words of small letters in the body change places
  with each other, those with a capital with each other. Hardly any four words in a row are left, so that it
  is another story; tags, quotation marks, length and language stay, so that it takes the same work
- of ten pages three stay as they are, but for a sentence that is put in: a near copy of another article, as
  about 30 % of what news archives hold is

The longest name in a page's address gets a number, in the address and wherever the page repeats it: a page
says which address is its own, and what says the same is one article. Pages without such words (some scripts)
get the address alone.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator, WarcRecord

BODY = re.compile(rb"<body[ >]", re.IGNORECASE)
PARAGRAPH_END = re.compile(rb"</p>", re.IGNORECASE)
# What is no text, or a word of it: small letters (also with accents, and Cyrillic ones, in UTF-8), no part of
# an entity. The commonest cues of quotes stay where they are, and so does what stands beside a number, as
# months do: pages whose dates cannot be read take longer.
NO_TEXT = rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|<[^>]*>"
LETTER = rb"(?:[a-z]|[\xc3-\xd1][\x80-\xbf])"
SMALL = rb"(?P<small>(?!(?:said|says|told)\b)" + LETTER + rb"{2,})"
CAPITAL = rb"(?P<capital>[A-Z]" + LETTER + rb"+)"
BEGIN = rb"(?<![\w&#\x80-\xff])(?<!\d )(?<!\d[.-] )"
END = rb"(?![\w;\x80-\xff])(?![.,]? \d)"
WORD = re.compile(rb"%b|%b(?:%b|%b)%b" % (NO_TEXT, BEGIN, SMALL, CAPITAL, END), re.DOTALL)
NAME = re.compile(r"[\w%-]+")
NEAR_COPIES_OF_TEN = 3
SENTENCE_WORDS = 12
STRIDE = 17  # how far the words of that sentence stand from those of the last repeat
COMPRESSION_LEVEL = 6


def repeat_varied(source: Path, target: Path, times: int) -> int:
    """Write the pages of a WARC `times` over; returns how many pages that makes."""
    pages = 0
    with target.open("wb") as file:
        writer = GzipWriter(file, compression_level=COMPRESSION_LEVEL)
        for number in range(times):
            for place, record in enumerate(records_of(source)):
                if number:
                    _vary(record, place, number)
                record.write(writer, checksum_data=True)
                writer.finish()
                pages += 1
    return pages


def records_of(source: Path) -> Iterator[WarcRecord]:
    with source.open("rb") as stream:
        yield from ArchiveIterator(stream, parse_http=False)


def _vary(record: WarcRecord, place: int, number: int) -> None:
    address = record.headers["WARC-Target-URI"]
    name = max(NAME.findall(urlsplit(address).path), key=len)
    record.headers["WARC-Target-URI"] = address.replace(name, f"{name}-{number}")
    block = record.reader.read().replace(name.encode(), f"{name}-{number}".encode())
    is_near_copy = (place * 7 + number * 3) % 10 < NEAR_COPIES_OF_TEN
    record.set_bytes_content(with_sentence(block, number) if is_near_copy else reordered(block, number))


def reordered(block: bytes, number: int) -> bytes:
    """The page with the words of its body in another order, as long as before to the byte."""
    chance = random.Random(number)
    moved = {kind: iter(chance.sample(words, len(words))) for kind, words in words_of(block).items()}
    at = _body_start(block)
    return block[:at] + WORD.sub(lambda word: _next(word, moved), block[at:])


def _next(found: re.Match[bytes], words: dict[str, Iterator[bytes]]) -> bytes:
    return next(words[found.lastgroup]) if found.lastgroup else found[0]


def words_of(block: bytes) -> dict[str, list[bytes]]:
    """The words of a page's body that can be moved, in order: of small letters, and with a capital."""
    words: dict[str, list[bytes]] = {"small": [], "capital": []}
    for found in WORD.finditer(block, _body_start(block)):
        if found.lastgroup:
            words[found.lastgroup].append(found[0])
    return words


def _body_start(block: bytes) -> int:
    found = BODY.search(block)
    return found.start() if found else len(block)


def with_sentence(block: bytes, number: int) -> bytes:
    """The page with a sentence of its own words at the end of a paragraph in its middle."""
    words, ends = words_of(block)["small"], [found.start() for found in PARAGRAPH_END.finditer(block)]
    if not words or not ends:
        return block
    begin = number * STRIDE % len(words)
    sentence = b" ".join((words * 2)[begin : begin + SENTENCE_WORDS]).capitalize() + b"."
    middle = ends[len(ends) // 2]
    return block[:middle] + b" " + sentence + block[middle:]


def main() -> int:
    """Read the options and write the archive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", type=Path, help="a WARC of pages")
    parser.add_argument("target", type=Path, help="the archive to write")
    parser.add_argument("--repeats", type=int, default=20)
    args = parser.parse_args()
    print(f"{repeat_varied(args.pages, args.target, args.repeats)} pages in {args.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
