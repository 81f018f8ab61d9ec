"""The identity of captures: the same bytes from the same place get the same id on every machine.

What goes into an id is brought into a form first that WARC headers, Parquet and both catalogs hold unchanged:
an id made from a capture file is the one made from its source.
"""

import hashlib
import re
from datetime import UTC, datetime
from uuid import UUID, uuid5

from pipeline.records import Capture

CAPTURES = UUID("6f2e7a52-6d4b-5b0c-9a6e-3c1f0f7a9d21")
# Control characters, and surrogates: halves of characters that no encoding holds.
UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
ENDS = re.compile(r"^[\s<>]+|[\s<>]+$")
# The longest address that all browsers take has about 2,000; a record's header lines have HEAD_BYTES in all.
URL_CHARS = 4000


def make_capture(
    payload: bytes,
    *,
    url: str | None,
    fetched_at: datetime,
    media_type: str,
    http_status: int | None = None,
    charset: str | None = None,
    asked: str | None = None,
) -> Capture:
    """The capture of `payload` from `url`; `asked` is the address asked for, where another one answered.

    A response is identified by address, time and payload; a document (no `http_status`) by address and
    payload alone, because the time of a file changes when it is copied.
    """
    digest = hashlib.sha256(payload).hexdigest()
    url, asked = tidy_url(url), tidy_url(asked)
    when = fetched_at.isoformat() if http_status is not None else ""
    return Capture(
        capture_id=str(uuid5(CAPTURES, f"{url or ''}\n{when}\n{digest}")),
        url=asked or url,
        final_url=url,
        fetched_at=fetched_at,
        http_status=http_status,
        media_type=media_type,
        charset=charset,
        payload_sha256=digest,
    )


def tidy_url(url: str | None) -> str | None:
    """An address in one line without blanks at its ends; None where it is none, or longer than any browser's.

    As browsers do: blanks within are `%20`, tabs and line breaks are left out. A tidy address stays as it is.
    """
    text = re.sub(r"\s", "%20", ENDS.sub("", UNSTORABLE.sub("", url or "")))
    is_address = text and len(text) <= URL_CHARS and not text.lower().startswith("urn:")
    return text if is_address else None


def storable(text: str) -> str:
    """Text in one line that every file and catalog can hold: other characters are written as escapes."""
    return UNSTORABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def parse_time(value: object) -> datetime | None:
    """A time in ISO 8601, in UTC; None where it is none. Without a zone it is taken to be UTC."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
