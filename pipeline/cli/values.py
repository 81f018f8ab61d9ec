"""Values of the tables as other formats hold them: JSON, CSV, text."""

import json
import math
from datetime import UTC, date, datetime, time
from decimal import Decimal


def as_json(value: object) -> object:
    """What JSON can hold: times in ISO 8601 (UTC), whole sums as integers, no NaN, bytes as hex digits."""
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str | int | None) else str(value)


def as_text(value: object) -> str:
    """The same in one field of text: lists and structs as JSON, nothing for null."""
    plain = as_json(value)
    if plain is None:
        return ""
    if isinstance(plain, list | dict):
        return json.dumps(plain, ensure_ascii=False)
    return str(plain).lower() if isinstance(plain, bool) else str(plain)
