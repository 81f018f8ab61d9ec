"""Bytes to text, whatever their label says.

The order: byte order mark; a stateful seven-bit charset if claimed; UTF-8 if the bytes are that (a wrong
label is common, valid UTF-8 by accident is not); the HTTP header; the page's own `meta`; detection. Labels
are read as the Encoding Standard of the WHATWG reads them: `iso-8859-1` is windows-1252, `gb2312` is gb18030.
"""

import codecs
import re
from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# https://encoding.spec.whatwg.org/#names-and-labels, where Python's codec of that name is a narrower one
_LABELS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Python knows codecs that are no charsets (base64, idna, undefined); UTF-8 and UTF-16 show themselves.
_CHARSET = re.compile(r"cp\d|iso8859|iso2022|koi8|mac|gb|big5|euc|shift|johab|ascii|tis|ptcp|kz")
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:\-]{2,40})",
    re.IGNORECASE,
)
_PRESCAN_BYTES = 4096  # the standard says 1024; publishers put scripts first
_SAMPLE_BYTES = 20_000  # what detection looks at
_MIXED_RATIO = 4  # well-formed characters for each stray byte, above which a text is UTF-8 with accidents
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_ESCAPED = re.compile("[\udc80-\udcff]+")


def decode(payload: bytes, charset: str | None = None) -> str:
    """The text of a payload; `charset` is what came with it from outside.

    Never fails: stray bytes are replaced.
    """
    for mark, codec in _MARKS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(codec, "replace")
    claims = [name for label in (charset, _meta_charset(payload)) if (name := codec_of(label))]
    if claims and claims[0].startswith("iso2022") and b"\x1b" in payload:
        return payload.decode(claims[0], "replace")
    if wide := wide_codec(payload):
        return payload.decode(wide, "replace")
    modern = _utf8(payload)
    return modern if modern is not None else _legacy(payload, claims)


def codec_of(label: str | None) -> str | None:
    """The Python codec for a charset label, or None for one that is unknown or no text encoding."""
    try:
        name = codecs.lookup((label or "").strip("\"' \t")).name
    except (LookupError, ValueError):  # ValueError: a label with NUL
        return None
    return _LABELS.get(name, name) if _CHARSET.match(name) else None


def _meta_charset(payload: bytes) -> str | None:
    match = _META_CHARSET.search(payload[:_PRESCAN_BYTES])
    return match[1].decode("ascii") if match else None


def wide_codec(payload: bytes) -> str | None:
    """UTF-16 without its mark: in western text every other byte is NUL."""
    head = payload[:400]
    half = len(head) // 2
    if half < 8:
        return None
    if head[1::2].count(0) > 0.7 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _utf8(payload: bytes) -> str | None:
    """The payload as UTF-8, its stray bytes read as windows-1252; None where it is some other charset."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("utf-8", "surrogateescape")
    stray = sum(len(run) for run in _ESCAPED.findall(text))
    whole = len(text) - stray - len(text.encode("ascii", "ignore"))
    if whole < _MIXED_RATIO * stray:
        return None
    return _ESCAPED.sub(lambda run: _escaped_bytes(run[0]).decode("cp1252", "replace"), text)


def _escaped_bytes(run: str) -> bytes:
    return run.encode("utf-8", "surrogateescape")


def _legacy(payload: bytes, claims: list[str]) -> str:
    for codec in (*claims, *_detected(payload)):
        try:
            return payload.decode(codec)
        except UnicodeDecodeError:
            text = payload.decode(codec, "replace")
        if text.count("\ufffd") * 50 < len(text):  # under 2 % is damage, above it is the wrong charset
            return text
    return payload.decode("cp1252", "replace")


def _detected(payload: bytes) -> Iterator[str]:
    """What charset-normalizer makes of the first bytes beyond ASCII and what follows them."""
    from charset_normalizer import from_bytes  # slow to import, seldom needed

    high = _HIGH_BYTE.search(payload)
    begin = max(0, (high.start() if high else 0) - _SAMPLE_BYTES // 4)
    best = from_bytes(payload[begin : begin + _SAMPLE_BYTES]).best()
    if best is not None and (codec := codec_of(best.encoding)):
        yield codec
