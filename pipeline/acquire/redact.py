"""Addresses without what opens doors: credentials, tokens and signatures, for logs and tables."""

import re
from urllib.parse import unquote, urlsplit, urlunsplit

HIDDEN = "REDACTED"
# Whole names, and endings after a separator: `access_token`, `X-Amz-Signature`, `apikey`; not `tokenizer`.
SECRET = re.compile(
    r"(?:^|.*[-_.])(?:api[-_]?key|key|token|auth|authorization|password|passwd|pwd|secret|sig|signature"
    r"|credential|credentials|session|sessionid|sid|jwt)|.*(?:apikey|accesskey|token|signature|secret|password)",
    re.IGNORECASE,
)
CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
URL_IN_TEXT = re.compile(r"https?://[^\s'\"<>]+", re.IGNORECASE)


def redact(url: str) -> str:
    """The address on one line, without user, password, fragment and the values of secret parameters."""
    url = CONTROLS.sub(" ", url).strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, _hide_values(parts.query), ""))


def redact_text(text: str) -> str:
    """A message on one line in which every address is redacted."""
    return URL_IN_TEXT.sub(lambda found: redact(found[0]), CONTROLS.sub(" ", text).strip())


def _hide_values(query: str) -> str:
    return "&".join(_hide_value(pair) for pair in query.split("&")) if query else ""


def _hide_value(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={HIDDEN}" if equals and SECRET.fullmatch(unquote(name)) else pair
