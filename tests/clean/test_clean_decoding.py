"""Bytes become the text that was meant, whatever their label says."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.decoding import codec_of, decode
from tests.clean.pages import cleaned, page

GERMAN = "Die Brücke über die Saale öffnet früher; Händler hoffen auf größere Umsätze."
RUSSIAN = "Мост через реку снова открыт для движения, сообщили в городской администрации."
JAPANESE = "橋の工事が終わり、月曜日から通行できるようになりました。"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec: str) -> None:
    assert decode(GERMAN.encode(codec), "iso-8859-1") == GERMAN


@pytest.mark.parametrize("claim", [None, "iso-8859-1", "utf-16", "nonsense", "shift_jis", "\0", "x" * 5000])
def test_utf8_is_told_under_any_label(claim: str | None) -> None:
    assert decode(GERMAN.encode(), claim) == GERMAN


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (GERMAN, "ISO-8859-1", "cp1252"),
        ("“Curly” – said in Windows", "latin1", "cp1252"),
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "Shift_JIS", "cp932"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        ("大桥周一恢复通车", "gb2312", "gb18030"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(text: str, label: str, codec: str) -> None:
    assert decode(text.encode(codec), label) == text
    markup = f'<html><head><meta charset="{label}"></head><body>{text}'
    assert text in decode(markup.encode(codec))


def test_charset_in_an_http_equiv_meta() -> None:
    markup = f'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">{RUSSIAN}'
    assert RUSSIAN in decode(markup.encode("cp1251"))


def test_detection_where_nothing_is_claimed() -> None:
    assert decode((RUSSIAN * 20).encode("cp1251")) == RUSSIAN * 20


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(codec: str) -> None:
    assert decode(GERMAN.encode(codec)) == GERMAN


def test_mixed_charsets_keep_both_halves() -> None:
    mixed = GERMAN.encode() + " – naïve".encode("cp1252")
    assert decode(mixed) == f"{GERMAN} – naïve"


def test_nul_bytes_leave_no_trace() -> None:
    text = page().replace("bridge", "br\0idge").encode()
    assert "The old bridge over" in cleaned(text).text


@pytest.mark.parametrize(
    "name", ["base64", "rot13", "zlib", "idna", "unicode_escape", "hex", "undefined", "utf-8", "mbcs"]
)
def test_codecs_that_are_no_charsets(name: str) -> None:
    assert codec_of(name) is None
    assert decode(b"caf\xe9", name).startswith("caf")


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=20)))
def test_decoding_never_fails(payload: bytes, label: str | None) -> None:
    assert isinstance(decode(payload, label), str)


@given(st.text(max_size=200).filter(lambda text: not text.startswith("\ufeff")))
def test_utf8_comes_back(text: str) -> None:
    payload = text.encode("utf-8", "ignore")
    if b"\0" not in payload and not payload.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE)):
        assert decode(payload) == payload.decode()
