"""The records that pass between stages. A stage adds a record; it never edits an earlier one.

    Item (Capture + payload) or Refusal, from a source
    Capture ── clean ──> Article ── extract ──> Quote ...
                            └────── sign ─────> Fingerprint
    any of them ── refused ──> Dropped

All are frozen and slotted. Times are timezone-aware UTC. Offsets count Unicode code points.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pipeline.dispositions import Reason

QuoteKind = Literal["direct", "mixed", "indirect"]
Relation = Literal["exact", "copy", "excerpt", "update"]


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response or document, kept as it came; its payload travels beside it as bytes.

    `http_status` is None for a document (a file, a row of an archive). `media_type` is lower-case and
    without parameters: `text/html`, `text/plain`, `application/json` for a row of JSON lines.
    `charset` is what the HTTP header claimed, if anything.
    """

    capture_id: str
    url: str | None
    final_url: str | None
    fetched_at: datetime
    http_status: int | None
    media_type: str
    charset: str | None
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class Item:
    """One capture on its way from a source: its payload, and the block that goes into the capture file.

    `payload` is the body with transfer and content encodings undone; `block` is the WARC block as it came
    (status line, headers and body of a response; the bytes of a document). What came as a gzip member of its
    own in a WARC file is kept to the letter: then `member` is that and `block` is None.
    """

    capture: Capture
    payload: bytes
    block: bytes | None
    member: bytes | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they went over the wire: one hop.

    `url` of this hop; `request`: request line, headers and the blank line; `head`: status line and headers as
    they came, with the blank line; `body`: transfer coding undone, content coding as it came; `address`: the
    IP connected to.
    """

    url: str
    requested_at: datetime
    request: bytes
    status: int
    head: bytes
    body: bytes
    address: str


@dataclass(frozen=True, slots=True)
class Article:
    """The cleaned content of one canonical URL, as one capture shows it.

    `text` has one paragraph a line ("\\n" between paragraphs, no blank lines), NFC-normalised.
    `published_at` and `modified_at` are the publisher's claims; None where unknown or refused (a claim in
    the future or before 1990), in which case `notes` says what was refused.
    """

    article_id: UUID
    url: str | None
    canonical_url: str | None
    publisher: str | None  # registrable domain
    title: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    modified_at: datetime | None
    fetched_at: datetime
    language: str | None  # ISO 639-1
    text: str
    word_count: int
    section: str | None
    is_paywalled: bool
    is_truncated: bool
    extractor: str
    content_hash: str  # of title and text
    capture_id: str
    notes: tuple[str, ...] = ()
    wire: str | None = None  # the news agency that it credits itself to


@dataclass(frozen=True, slots=True)
class Quote:
    """One attributed span of an article's text: `text == article.text[start_char:end_char]`.

    The span of a direct or mixed quote runs from the first character inside its opening mark to the last
    one inside its closing mark. `speaker_mention` is the words in the text, `speaker` the one they stand
    for; both are None where nobody is named. `confidence` is in 0..1. The parts of one utterance that its
    cue interrupts (“X,” he said, “Y”) are quotes of their own; all but the first say which part that is.
    """

    ordinal: int  # 0, 1, ... in the order of start_char
    kind: QuoteKind
    text: str
    start_char: int
    end_char: int
    speaker: str | None
    speaker_mention: str | None
    speaker_start_char: int | None
    speaker_role: str | None
    cue: str | None
    confidence: float
    continues: int | None = None  # ordinal of the first part of the utterance that this is a later part of


@dataclass(frozen=True, slots=True)
class Dropped:
    """One item refused: by which stage, for which reason, and one line of detail for people."""

    stage: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One item that a source held and that never became a capture. `item_key` names it within its source."""

    item_key: str
    dropped: Dropped
