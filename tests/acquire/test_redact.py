"""No credential, token or signature of an address reaches a log or a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acquire.redact import redact, redact_text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pw@a.example/f?x=1#frag", "https://a.example/f?x=1"),
        ("https://a.example/f?token=abc&page=2", "https://a.example/f?token=REDACTED&page=2"),
        (
            "https://a.example/?X-Amz-Signature=ab&API_KEY=c",
            "https://a.example/?X-Amz-Signature=REDACTED&API_KEY=REDACTED",
        ),
        (
            "https://a.example/?access_token=a&apikey=b",
            "https://a.example/?access_token=REDACTED&apikey=REDACTED",
        ),
        ("https://a.example/?keyword=a&author=b&monkey=c", "https://a.example/?keyword=a&author=b&monkey=c"),
        (
            "https://a.example/?%74oken=a&country_code=fr",
            "https://a.example/?%74oken=REDACTED&country_code=fr",
        ),
        ("https://a.example/a\nb", "https://a.example/a b"),
        ("http://[bad", "REDACTED"),
    ],
)
def test_addresses(url: str, shown: str) -> None:
    assert redact(url) == shown


def test_addresses_in_a_message() -> None:
    text = "refused:\nhttps://u:secret@a.example/?sig=xyz 'http://b.example/?token=t'"
    assert redact_text(text) == "refused: https://a.example/?sig=REDACTED 'http://b.example/?token=REDACTED'"


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    shown = redact(f"https://user:hunter2@a.example/?password=hunter2&{text}")
    assert "hunter2" not in shown
    assert "\n" not in shown
