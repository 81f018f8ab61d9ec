"""What a watch tells where nobody looks at it: one line an event, on standard error.

An event is a record of the standard `logging`: its message is the event's name, its figures stand in
`extra={"fields": {...}}`. Here the record becomes a line; every address in it is redacted.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum

from pipeline.acquire.redact import redact_text
from pipeline.cli.values import as_json

ROOT = "newsflow"
OWN = ("ts", "level", "event")
log = logging.getLogger(f"{ROOT}.watch")


class LogForm(StrEnum):
    """How events are written."""

    JSON = "json"
    TEXT = "text"
    NONE = "none"


class JsonLines(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """`ts`, `level` and `event` first, then the fields."""
        return json.dumps(fields_of(record), ensure_ascii=False)


class TextLines(logging.Formatter):
    """A record as one line for people: time, level, event, then `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Values in JSON where they are more than one word."""
        fields = fields_of(record)
        ts, level, event = (str(fields.pop(name)) for name in OWN)
        pairs = (f"{name}={_word(value)}" for name, value in fields.items())
        return " ".join([f"{ts[:19]}Z", level.ljust(7), event, *pairs])


class Latest(logging.Handler):
    """Keeps the newest line that is no matter of course, for whoever draws the panel."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(TextLines())
        self.line = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Put the line in the place of the one before."""
        self.line = self.format(record)


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """A record as plain values, OWN first. A field that is named like one of the record's own gets a `_`."""
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    ts = moment.replace("+00:00", "Z")
    own = dict(zip(OWN, (ts, record.levelname.lower(), record.getMessage()), strict=True))
    if record.name.partition(".")[0] != ROOT:
        own["logger"] = record.name
    if record.exc_info and record.exc_info[1]:
        error = record.exc_info[1]
        own["error"] = f"{type(error).__name__}: {error}"
        own["trace"] = logging.Formatter().formatException(record.exc_info)
    given: dict[str, object] = getattr(record, "fields", {})
    fields = {f"{name}_" if name in own else name: value for name, value in given.items()}
    return {name: without_secrets(as_json(value)) for name, value in (own | fields).items()}


def without_secrets(value: object) -> object:
    """The value with every address in its texts redacted; lines of a text stay lines."""
    if isinstance(value, str):
        return "\n".join(redact_text(line) for line in value.splitlines())
    if isinstance(value, list):
        return [without_secrets(one) for one in value]
    if isinstance(value, dict):
        return {redact_text(name): without_secrets(one) for name, one in value.items()}
    return value


@contextmanager
def logging_to(handler: logging.Handler) -> Iterator[None]:
    """Everything that is logged goes to the handler: all of ours, warnings of others."""
    root, ours = logging.getLogger(), logging.getLogger(ROOT)
    before = ours.level
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        ours.setLevel(before)
        root.removeHandler(handler)


def handler_for(form: LogForm) -> logging.Handler:
    """Writes lines to standard error in a form; without one, keeps the newest."""
    if form is LogForm.NONE:
        return Latest()
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form is LogForm.JSON else TextLines())
    return handler


def _word(value: object) -> str:
    is_word = isinstance(value, str) and value and not any(char.isspace() or char in "\"'=" for char in value)
    return str(value) if is_word else json.dumps(value, ensure_ascii=False)
