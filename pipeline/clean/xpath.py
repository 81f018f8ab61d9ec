"""The part of XPath 1.0 that selects descendants by tag and attributes, as paths of conditions.

    .//*[self::div or self::p][re:test(@id|@class, 'nav') or contains(@style, 'none')][not(.//h1)]
    (.//main)[1]|(.//article)[1]

Of several attributes (`@id|@class`) a function takes the first in the source. `re:test` is that of EXSLT as
lxml has it: Python's regular expressions, searched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

_TOKEN = re.compile(
    r"\s*('[^']*'|\"[^\"]*\"|[a-zA-Z_][\w-]*(?::[a-zA-Z_][\w-]*)?|::|//|[1.*@|=,()\[\]])|\s+$",
)


class UnreadableError(ValueError):
    """An expression that uses more of XPath than is known here."""


class First(Enum):
    """Whether only a first element is meant: `[1]` behind a path, or behind one in brackets."""

    NOT = 0
    OF_PARENT = 1
    OF_ALL = 2


@dataclass(frozen=True, slots=True)
class Test:
    """Whether the first of these attributes that an element has passes; without any of them it does not."""

    names: frozenset[str]
    passes: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Tag:
    """Whether the element has this tag."""

    name: str


@dataclass(frozen=True, slots=True)
class Below:
    """Whether an element with this tag stands below it."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    inner: "Condition"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Whether one of several holds."""

    parts: tuple["Condition", ...]


Condition = Test | Tag | Below | Not | AnyOf


@dataclass(frozen=True, slots=True)
class Path:
    """The descendants with one of the tags (`*`: any) for which all conditions hold."""

    tags: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    first: First = First.NOT


def read_paths(expression: str) -> list[Path]:
    """The paths whose union an expression is. Raises UnreadableError."""
    tokens = _Tokens(expression)
    paths = [_path(tokens)]
    while tokens.skip("|"):
        paths.append(_path(tokens))
    tokens.expect("")
    return paths


class _Tokens:
    """The tokens of an expression, one after the other; "" at the end."""

    def __init__(self, expression: str) -> None:
        self._tokens = []
        at = 0
        while at < len(expression):
            found = _TOKEN.match(expression, at)
            if found is None:
                raise UnreadableError(expression[at : at + 40])
            self._tokens.append(found[1] or "")
            at = found.end()
        self._tokens.append("")
        self._at = 0

    def take(self) -> str:
        token = self._tokens[self._at]
        self._at += token != ""
        return token

    def skip(self, *wanted: str) -> bool:
        """Go behind these tokens, if they are next."""
        is_next = tuple(self._tokens[self._at : self._at + len(wanted)]) == wanted
        self._at += len(wanted) if is_next else 0
        return is_next

    def expect(self, wanted: str) -> None:
        if (found := self._tokens[self._at]) != wanted:
            raise UnreadableError(f"{found!r} for {wanted!r}")
        self._at += wanted != ""

    def name(self) -> str:
        found = self.take()
        if not (found[:1].isalpha() or found == "*"):
            raise UnreadableError(f"{found!r} for a name")
        return found

    def text(self) -> str:
        token = self.take()
        if token[:1] not in ("'", '"'):
            raise UnreadableError(f"{token!r} for a text")
        return token[1:-1]


def _path(tokens: _Tokens) -> Path:
    if tokens.skip("("):
        path = _path(tokens)
        for sign in (")", "[", "1", "]"):
            tokens.expect(sign)
        if path.first is not First.NOT:
            raise UnreadableError("a first of firsts")
        return replace(path, first=First.OF_ALL)
    tokens.expect(".")
    tokens.expect("//")
    path = Path((tokens.name(),))
    while tokens.skip("["):
        path = _narrowed(path, tokens)
        tokens.expect("]")
    return path


def _narrowed(path: Path, tokens: _Tokens) -> Path:
    """The path with one more predicate."""
    if path.first is not First.NOT:
        raise UnreadableError("a condition on a first element")
    if tokens.skip("1"):
        return replace(path, first=First.OF_PARENT)
    condition = _any(tokens)
    parts = condition.parts if isinstance(condition, AnyOf) else (condition,)
    tags = tuple(part.name for part in parts if isinstance(part, Tag))
    if len(tags) == len(parts) and path == Path(("*",)):
        return Path(tags)
    return replace(path, conditions=(*path.conditions, condition))


def _any(tokens: _Tokens) -> Condition:
    """Conditions joined by `or`."""
    parts = [_condition(tokens)]
    while tokens.skip("or"):
        parts.append(_condition(tokens))
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def _condition(tokens: _Tokens) -> Condition:
    if tokens.skip("not", "("):
        inner = _any(tokens)
        tokens.expect(")")
        return Not(inner)
    if tokens.skip("self", "::"):
        return Tag(tokens.name())
    if tokens.skip(".", "//"):
        return Below(tokens.name())
    for function, made in (("re:test", _matching), ("contains", _containing), ("starts-with", _starting)):
        if tokens.skip(function, "("):
            test = made(tokens)
            tokens.expect(")")
            return test
    return _attribute(tokens)


def _matching(tokens: _Tokens) -> Test:
    names = _names(tokens)
    tokens.expect(",")
    pattern, flags = tokens.text(), tokens.text() if tokens.skip(",") else ""
    if flags not in ("", "i"):
        raise UnreadableError(f"the flags {flags!r}")
    search = re.compile(pattern, re.IGNORECASE if flags else 0).search
    if search(""):
        raise UnreadableError(f"{pattern!r} matches a missing attribute")
    return Test(names, lambda text: search(text) is not None)


def _containing(tokens: _Tokens) -> Test:
    names, changed = _translated(tokens)
    part = _second_text(tokens)
    return Test(names, lambda text: part in text.translate(changed))


def _starting(tokens: _Tokens) -> Test:
    names = _names(tokens)
    start = _second_text(tokens)
    return Test(names, lambda text: text.startswith(start))


def _second_text(tokens: _Tokens) -> str:
    tokens.expect(",")
    if not (text := tokens.text()):
        raise UnreadableError("an empty text is in every other")
    return text


def _attribute(tokens: _Tokens) -> Test:
    """`@role='menu'`, or whether there is one: `@hidden`."""
    names = _names(tokens)
    if len(names) > 1:
        raise UnreadableError("several attributes where one is compared")
    if not tokens.skip("="):
        return Test(names, lambda _: True)
    wanted = tokens.text()
    return Test(names, lambda text: text == wanted)


def _translated(tokens: _Tokens) -> tuple[frozenset[str], dict[int, int]]:
    """Attributes, and which of their characters are read as which."""
    if not tokens.skip("translate", "("):
        return _names(tokens), {}
    names = _names(tokens)
    tokens.expect(",")
    before = tokens.text()
    tokens.expect(",")
    after = tokens.text()
    tokens.expect(")")
    if len(before) != len(after):
        raise UnreadableError("characters that are left out")
    return names, str.maketrans(before, after)


def _names(tokens: _Tokens) -> frozenset[str]:
    """`@id|@class`."""
    tokens.expect("@")
    names = {tokens.name()}
    while tokens.skip("|", "@"):
        names.add(tokens.name())
    return frozenset(names)
