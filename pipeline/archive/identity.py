"""The identity of captures: the same bytes from the same place get the same id on every machine."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid5

from pipeline.records import Capture

CAPTURES = UUID("6f2e7a52-6d4b-5b0c-9a6e-3c1f0f7a9d21")


def make_capture(
    payload: bytes,
    *,
    url: str | None,
    fetched_at: datetime,
    media_type: str,
    http_status: int | None = None,
    charset: str | None = None,
) -> Capture:
    """The capture of `payload`.

    A response is identified by address, time and payload; a document (no `http_status`) by address and
    payload alone, because the time of a file changes when it is copied.
    """
    digest = hashlib.sha256(payload).hexdigest()
    when = fetched_at.isoformat() if http_status is not None else ""
    return Capture(
        capture_id=str(uuid5(CAPTURES, f"{url or ''}\n{when}\n{digest}")),
        url=url,
        final_url=url,
        fetched_at=fetched_at,
        http_status=http_status,
        media_type=media_type,
        charset=charset,
        payload_sha256=digest,
    )
