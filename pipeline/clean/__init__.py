"""The cleaning room: one capture and its payload in, one article or the reason why it is none out.

    payload ── decode ──> text ──┬─ text/html ────────> page.py ───────┐
                                 ├─ application/json ─> rows.py ───────┼─> article.py ──> Article
                                 └─ text/plain ───────> textfiles.py ──┘                  or Dropped

Everything here is pure: no network, no files, no clock. `clean` never raises for any bytes; it may be slow on
a hostile page, so the caller bounds its time. Read in this order:

 1. decoding.py    bytes -> text, whatever the label says
 2. paragraphs.py  text as the tables hold it
 3. textfiles.py   a text document -> title and paragraphs
 4. rows.py        a row of JSON lines -> an article
 5. page.py        an HTML page -> an article, on one tree parsed once (tree.py):
    claims.py          what a page says about itself ...
    jsonld.py            in JSON-LD
    meta.py              in its head
    bylines.py           in its byline, where those name nobody
    pagedates.py         in its text, where those give no date
    headline.py        the title
    bodytext.py        the main text, by trafilatura; split_bodies.py joins bodies in pieces;
                         selectors.py and xpath.py run its expressions sooner
    furniture.py       lines that are no part of it (calls.py has the words)
    standfirst.py      the opening lines that extraction leaves out
    rejects.py         what is no article (markers.py has the words)
 6. article.py     claims settled, the `Article` made:
    addresses.py       canonical URL, URL key, publisher
    dates.py  names.py  languages.py  identity.py
    wires.py          the news agency credited (wires.toml has them)
"""

from pipeline.clean.addresses import clean_url
from pipeline.clean.article import ENDING_LINES, Draft, settle
from pipeline.clean.decoding import decode, wide_codec
from pipeline.clean.page import clean_page
from pipeline.clean.rows import clean_row
from pipeline.clean.textfiles import read_text
from pipeline.dispositions import Reason
from pipeline.records import Article, Capture, Dropped

__all__ = ["clean"]

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})

# PDF, PNG, GIF, JPEG, ZIP (office files), gzip, bzip2, zstd; ELF, RIFF (webp, wav), Ogg, MP3, OLE, WOFF
_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\x28\xb5\x2f\xfd",
)
_MORE_MAGIC = (b"\x7fELF", b"RIFF", b"OggS", b"ID3", b"\xd0\xcf\x11\xe0", b"wOF")

_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1b"})  # escape is part of ISO-2022 charsets


def clean(capture: Capture, payload: bytes) -> Article | Dropped:
    """The article in a payload, or the reason why there is none. The media type decides the road."""
    refused = _refused_unread(capture, payload)
    if refused is not None:
        return refused
    text = decode(payload, capture.charset)
    url = next(filter(clean_url, (capture.final_url, capture.url)), None)  # no address of a file
    if capture.media_type in _PAGE_TYPES:
        return clean_page(capture, text, url)
    if capture.media_type == "application/json":
        return clean_row(capture, text, url)
    return _clean_text(capture, text, url)


def _clean_text(capture: Capture, text: str, url: str | None) -> Article | Dropped:
    document = read_text(text)
    if not document.paragraphs:
        return Dropped("clean", Reason.EMPTY, "no text in it")
    ending = document.paragraphs[-ENDING_LINES:]
    return settle(Draft(url, document.title, document.paragraphs, ending, (), "text"), capture)


def _refused_unread(capture: Capture, payload: bytes) -> Dropped | None:
    if capture.http_status not in (None, 200):
        return Dropped("clean", Reason.HTTP_ERROR, f"status {capture.http_status}")
    if capture.media_type not in {*_PAGE_TYPES, "text/plain", "application/json"}:
        return Dropped("clean", Reason.UNSUPPORTED_TYPE, capture.media_type)
    if not payload.strip():
        return Dropped("clean", Reason.EMPTY, "no bytes" if not payload else "white space only")
    if _is_binary(payload):
        return Dropped("clean", Reason.UNSUPPORTED_TYPE, f"binary, though called {capture.media_type}")
    return None


def _is_binary(payload: bytes) -> bool:
    """Known magic numbers, or many control bytes that are neither text nor UTF-16."""
    if payload.startswith(_MAGIC + _MORE_MAGIC):
        return True
    head = payload[:4096]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    is_wide = payload.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or wide_codec(payload)
    return not is_wide and controls > 0.1 * len(head)
