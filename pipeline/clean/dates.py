"""Dates as publishers write them, to aware UTC; unbelievable ones are refused with a note."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # the web began in 1991
FUTURE_ALLOWANCE = timedelta(days=1)  # clocks and time zones differ by up to a day

# A superset of ISO 8601 and RFC 3339 that Python's parser half knows: "2024-05-03 15:47:42 +0200",
# "2024-5-3", fractions of any length, "2024-05-03T15:47:42.389Z[Europe/Berlin]".
_ISO = re.compile(
    r"(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})"
    r"(?:[T\s,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,12})?)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def parse_date(claim: str) -> datetime | None:
    """A claim as a moment; naive where it names no time zone, None where it is no date."""
    claim = claim.strip()
    if _EPOCH.fullmatch(claim):
        return datetime.fromtimestamp(int(claim[:10]), UTC)
    if match := _ISO.match(claim):
        return _from_parts(match)
    try:
        return parsedate_to_datetime(claim)  # RFC 5322, as in HTTP and RSS
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _from_parts(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = (match[7] or "").upper().replace("UTC", "Z").replace("GMT", "Z")
    try:
        naive = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - the zone follows
        return datetime.fromisoformat(f"{naive.isoformat()}{zone}")
    except ValueError:
        return None


def settle_date(
    what: str, claims: Iterable[str], fetched_at: datetime
) -> tuple[datetime | None, tuple[str, ...]]:
    """The first believable claim in UTC, and notes on those refused before it.

    A claim without a time zone takes the zone of a later claim with the same wall-clock time, else UTC.
    """
    moments = [(claim, moment) for claim in claims if (moment := parse_date(claim))]
    notes: list[str] = []
    for claim, moment in moments:
        zoned = _in_utc(moment, [other for _, other in moments])
        if zoned is not None and EARLIEST <= zoned <= fetched_at + FUTURE_ALLOWANCE:
            return zoned, tuple(notes)
        notes.append(f"{what} refused: {claim[:40]}")
    return None, tuple(dict.fromkeys(notes))


def _in_utc(moment: datetime, others: Iterable[datetime]) -> datetime | None:
    if moment.tzinfo is None:
        same = (
            o
            for o in others
            if o.tzinfo and o.replace(tzinfo=None, microsecond=0) == moment.replace(microsecond=0)
        )
        moment = next(same, moment.replace(tzinfo=UTC))
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):  # the years 1 and 9999 in other zones
        return None
