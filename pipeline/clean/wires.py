"""The news agency that an article credits itself to: by byline, dateline, credit line, or its own site.

    LONDON, Jan. 3 (Reuters) - The ...        Berlin (dpa) - Die ...          МОСКВА, 3 января. /ТАСС/. ...
    (ANSA) - ROMA, 03 GEN - Il ...            Madrid, 3 ene (EFE).- El ...    新华社北京1月3日电 ...
    Jane Doe, Associated Press                (Reporting by ...; Editing by ...)      © 2024 AFP

An article about an agency, or one that quotes what it reported, is not its copy: a name counts only where
copy is credited, and a dateline has nothing but a place and a date before it. The agencies stand in
wires.toml.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.clean.names import fold

OPENING, ENDING = 3, 3  # paragraphs in which datelines and credits stand
PLACE_CHARS = 60
_BYLINE_PARTS = re.compile(r"[,;|/•()\n]|\s[-–—]\s|\s(?:and|und|et|y|e|for|für|via)\s")
_BYLINE_ROLES = re.compile(
    r"^(?:by|von|par|por|di|da|with|mit|source|quelle|fuente|fonte)\s+"
    r"|\s+(?:(?:staff|news|science|business|sports?|medical|political) )?"
    r"(?:writers?|reporters?|staff|correspondents?|editors?)$"
)
_REPORTING_BY = re.compile(r"^\(?(?:additional )?reporting by .{3,300}?editing by ", re.IGNORECASE)
_DPA_NUMBER = re.compile(r"\bdpa:\d{6}-\d+-\d+")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Wires:
    """The agencies: keys by mark, by folded name and by domain, and the patterns in which marks stand."""

    by_mark: dict[str, str]
    by_name: dict[str, str]
    by_domain: dict[str, str]
    dateline_words: frozenset[str]
    datelines: tuple[re.Pattern[str], ...]
    credits: tuple[re.Pattern[str], ...]


def wire_of(paragraphs: Sequence[str], bylines: Iterable[str], publisher: str | None) -> str | None:
    """The key of the agency credited, or None."""
    wires = load_wires()
    return (
        _first(_of_byline(byline, wires) for byline in bylines)
        or _first(_of_dateline(line, wires) for line in paragraphs[:OPENING])
        or _first(_of_credit(line, wires) for line in reversed(paragraphs[-ENDING:]))
        or wires.by_domain.get(publisher or "")
    )


@cache
def load_wires() -> Wires:
    """The agencies of wires.toml, read once."""
    read = tomllib.loads((files("pipeline.clean") / "wires.toml").read_text(encoding="utf-8"))
    agencies = read["agency"]
    by_mark = {mark: one["key"] for one in agencies for mark in (*one["marks"], *one["names"])}
    return Wires(
        by_mark=by_mark,
        by_name={fold(mark): key for mark, key in by_mark.items()},
        by_domain={domain: one["key"] for one in agencies for domain in one["domains"]},
        dateline_words=frozenset(read["dateline_words"].split()),
        datelines=_datelines(by_mark),
        credits=_credits(by_mark),
    )


def _any_of(marks: Iterable[str]) -> str:
    longest_first = sorted(marks, key=len, reverse=True)
    return f"(?P<wire>{'|'.join(map(re.escape, longest_first))})"


def _datelines(marks: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    wire = _any_of(marks)
    place = rf"(?P<place>[^!?;:«»\"“”()/\n]{{0,{PLACE_CHARS}}}?)"
    return (
        # (AP) — and (dpa/lno) -, (EFE).-
        re.compile(rf"^{place}\s*[(\[]{wire}(?:/\w{{1,10}})?[)\]]\s?\.?\s?[-–—−:]"),
        re.compile(rf"^{place}\s*[-–—,.]?\s*/\s?{wire}\s?/\s?[.,]?\s?[-–—]?"),
        # МОСКВА. 3 января. INTERFAX.RU - and МОСКВА, 3 янв - РИА Новости. : only behind a date
        re.compile(rf"^(?=\D{{1,{PLACE_CHARS}}}\d){place}[.,]?\s{wire}\s[-–—]\s"),
        re.compile(rf"^(?=\D{{1,{PLACE_CHARS}}}\d){place}\s[-–—]\s{wire}\.\s"),
        re.compile(rf"^{wire}[^\s。，]{{1,16}}[电電]"),  # 新华社北京1月3日电
        re.compile(rf"^【[^】]{{0,16}}?{wire}(?:=[^】]{{1,6}})?】"),
        re.compile(rf"^\([^()=]{{1,16}}={wire}\)"),
    )


def _credits(marks: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    wire = _any_of(marks)
    label = r"(?:(?:source|quelle|fuente|fonte|bron|źródło|källa|kilde|источник|джерело)\s*:\s*)?"
    owned = r"(?:copyright\s*)?(?:©|\(c\))?\s*(?:copyright\s*)?(?:\d{4}\s*)?(?:by\s+)?"
    return (
        re.compile(rf"^[(\[/*–—-]*\s*(?i:{label}{owned})(?:[Tt]he )?{wire}\s*[)\]/*.]*$"),
        re.compile(rf"^(?i:copyright\s*(?:©|\(c\))?|©)\s*(?:\d{{4}}\s*)?(?:[Bb]y )?(?:[Tt]he )?{wire}\b"),
        re.compile(rf"[.!?…\"”»]\s*[(\[]{wire}(?:/\w{{1,10}})?[)\]]\.?$"),
        re.compile(
            rf"^{wire} (?:staff |science |sports )?(?:writers?|reporters?|journalists?)\b.*\bcontribut"
        ),
    )


def _of_byline(byline: str, wires: Wires) -> str | None:
    parts = (_BYLINE_ROLES.sub("", fold(part)) for part in _BYLINE_PARTS.split(byline[:200]))
    return _first(wires.by_name.get(part) or _of_ending(part, wires) for part in parts)


def _of_ending(part: str, wires: Wires) -> str | None:
    """The agency whose full name ends a byline: "jane doe associated press"."""
    return _first(
        wires.by_name.get(" ".join(part.split()[-count:])) for count in (4, 3, 2) if count < len(part.split())
    )


def _of_dateline(line: str, wires: Wires) -> str | None:
    found = _first_match(wires.datelines, line[:120])
    if found is None or not _is_place(found.groupdict().get("place") or "", wires):
        return None
    return wires.by_mark[found["wire"]]


def _is_place(text: str, wires: Wires) -> bool:
    """Whether a text is a place and a date: words in capitals, and only some others."""
    return all(
        word[0].isupper() or word.lower() in wires.dateline_words for word in _WORD.findall(text)
    ) and (not text or not text[0].isspace())


def _of_credit(line: str, wires: Wires) -> str | None:
    if _REPORTING_BY.match(line):
        return "Reuters"
    if _DPA_NUMBER.search(line[-80:]):
        return "dpa"
    found = _first_match(wires.credits, line if len(line) <= 300 else line[-80:])
    return wires.by_mark[found["wire"]] if found else None


def _first_match(patterns: Iterable[re.Pattern[str]], line: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(line))), None)


def _first(found: Iterable[str | None]) -> str | None:
    return next(filter(None, found), None)
