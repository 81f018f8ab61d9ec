"""The words of one language that attribution rests on: `lexicons/<language>.toml`, read once when asked for.

Each word carries tags, combined in one integer; a word that is in no list has none. Multi-word entries of
`according` join their words with "_".
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

SPEECH: Final = 1 << 0  # finite verb of speech: said, writes
SPEAKING: Final = 1 << 1  # its participle: saying
STANCE: Final = 1 << 2  # finite verb that attributes fragments: called, blamed
TAKING: Final = 1 << 3  # its participle: calling
BASE: Final = 1 << 4  # infinitive of either: say, call
PRONOUN: Final = 1 << 5
DETERMINER: Final = 1 << 6
PREPOSITION: Final = 1 << 7
CONJUNCTION: Final = 1 << 8
ADVERB: Final = 1 << 9
AUXILIARY: Final = 1 << 10
RELATIVE: Final = 1 << 11
ROLE: Final = 1 << 12  # noun for a person: spokesman, voters
TITLE: Final = 1 << 13
ORGANISATION: Final = 1 << 14  # noun for what speaks in place of people: campaign, report
TIME: Final = 1 << 15
SUBORDINATOR: Final = 1 << 16
LIGHT: Final = 1 << 17
POSSESSIVE: Final = 1 << 18
OBJECT: Final = 1 << 19  # who is told: reporters, him
VERB: Final = 1 << 20  # any other finite verb
REPORTING: Final = 1 << 21  # verb in any form that reports a clause without quote marks
PHRASAL: Final = 1 << 22  # verb that reports with a preposition behind it: pointed to, warned of
CITING: Final = 1 << 23  # may report without quote marks: any verb of speech, a claim, "according"
# set by the tokeniser, from the look of a word
CAPITAL: Final = 1 << 24
PUNCTUATION: Final = 1 << 25
QUOTED: Final = 1 << 26
GENITIVE: Final = 1 << 27  # ends in 's
NUMBER: Final = 1 << 28
STOP: Final = 1 << 29  # may end a sentence: a full stop, an abbreviation, a quote
# asked for seldom: integers of more than 30 bits take twice as long
WORK: Final = 1 << 30  # noun before a title in quote marks: film, book
TERM: Final = 1 << 31  # word before a term in quote marks: so-called, known
MESSAGE: Final = 1 << 32  # noun that brings words with it: statement, slogan
REPORTED_OBJECT: Final = 1 << 33  # verb in any form that reports a noun: criticised the plan

FINITE: Final = SPEECH | STANCE
PARTICIPLE: Final = SPEAKING | TAKING
CUE: Final = FINITE | PARTICIPLE
FUNCTION: Final = (
    DETERMINER
    | PREPOSITION
    | CONJUNCTION
    | ADVERB
    | AUXILIARY
    | RELATIVE
    | SUBORDINATOR
    | PRONOUN
    | POSSESSIVE
)

_TAG_OF_LIST: Final[Mapping[str, int]] = {
    "speech": SPEECH,
    "speech_participles": SPEAKING,
    "stance": STANCE,
    "stance_participles": TAKING,
    "infinitives": BASE,
    "pronouns": PRONOUN,
    "possessives": POSSESSIVE,
    "titles": TITLE,
    "roles": ROLE,
    "organisations": ORGANISATION,
    "determiners": DETERMINER,
    "prepositions": PREPOSITION,
    "conjunctions": CONJUNCTION,
    "subordinators": SUBORDINATOR,
    "relatives": RELATIVE,
    "auxiliaries": AUXILIARY,
    "adverbs": ADVERB,
    "times": TIME,
    "light": LIGHT,
    "works": WORK,
    "terms": TERM,
    "reporting_nouns": MESSAGE,
    "objects": OBJECT,
    "verbs": VERB,
    "reporting": REPORTING,
    "objects_of_speech": REPORTED_OBJECT,
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`tags` of each lower-case word; `gender` of pronouns and titles ("m", "f", "n", "p", "i" or "")."""

    language: str
    tags: Mapping[str, int]
    gender: Mapping[str, str]
    according: tuple[tuple[str, ...], ...]
    according_first: frozenset[str]  # the first word of each of them
    phrases: frozenset[tuple[str, str]]  # verb and preposition before reported content: "called for"
    abbreviations: frozenset[str]
    role_endings: tuple[str, ...]  # of compound roles: Bundesinnen|minister
    said_by: frozenset[str]  # words between a quote and its speaker that are no verbs: „...“, so Lee
    impersonal: frozenset[str]  # „...“, heißt es in dem Brief: the speaker stands behind a preposition
    cited: frozenset[str]  # verbs whose object speaks: zitiert
    subjunctives: frozenset[str]  # verbs that mark reported speech by themselves: er sei, sie habe
    elisions: frozenset[str]  # l'homme is two words
    clitics: tuple[str, ...]  # dit-il is two words
    certainties: frozenset[str]  # adjectives that report a clause: she is certain that ...
    claims: frozenset[str]  # nouns that report a clause: the claim that ...
    states: frozenset[str]  # both of them
    complementizers: frozenset[str]  # words that open a reported clause: that, whether
    bare_clauses: bool  # a reported clause may do without one
    inflected_names: bool  # Лавров, Лаврова, Лаврову are one name
    nouns_capitalised: bool
    verb_second: bool  # the subject follows the verb when something else leads: "Am Montag sagte Lee"
    fragments_are_direct: bool
    speech_in_dashes: bool  # — Nous partons, dit Anne Morel: lines behind a dash, and cues inside the marks
    word: re.Pattern[str]


@cache
def languages() -> frozenset[str]:
    """The languages that have a lexicon, as ISO 639-1 codes."""
    folder = files("pipeline.quotes") / "lexicons"
    names = (entry.name for entry in folder.iterdir())
    return frozenset(name.removesuffix(".toml") for name in names if re.fullmatch(r"[a-z]{2}\.toml", name))


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of one of `languages()`."""
    lists = _read_lists(language)
    tags: dict[str, int] = {}
    gender: dict[str, str] = {}
    for name, tag in _TAG_OF_LIST.items():
        for entry in lists.get(name, ()):
            word, _, kind = entry.partition(":")
            tags[word] = tags.get(word, 0) | tag
            if ":" in entry:
                gender[word] = kind
    pairs = [entry.partition("_") for entry in lists.get("reporting_phrases", ())]
    for verb, _, _ in pairs:
        tags[verb] = tags.get(verb, 0) | PHRASAL
    for word in _citing(lists, tags):
        tags[word] = tags.get(word, 0) | CITING
    abbreviations = frozenset(lists.get("abbreviations", ()))
    settings = lists.get("settings", ())
    return Lexicon(
        language=language,
        tags=tags,
        gender=gender,
        according=tuple(tuple(entry.split("_")) for entry in lists.get("according", ())),
        according_first=frozenset(entry.split("_")[0] for entry in lists.get("according", ())),
        phrases=frozenset((verb, preposition) for verb, _, preposition in pairs),
        abbreviations=abbreviations,
        role_endings=tuple(lists.get("role_endings", ())),
        said_by=frozenset(lists.get("said_by", ())),
        impersonal=frozenset(lists.get("impersonal", ())),
        cited=frozenset(lists.get("cited", ())),
        subjunctives=frozenset(lists.get("subjunctives", ())),
        elisions=frozenset(lists.get("elisions", ())),
        clitics=tuple(lists.get("clitics", ())),
        certainties=frozenset(lists.get("certainties", ())),
        claims=frozenset(lists.get("claims", ())),
        states=frozenset(lists.get("claims", ())) | frozenset(lists.get("certainties", ())),
        complementizers=frozenset(lists.get("complementizers", ())),
        bare_clauses="bare_clauses" in settings,
        inflected_names="inflected_names" in settings,
        nouns_capitalised="nouns_capitalised" in settings,
        verb_second="verb_second" in settings,
        fragments_are_direct="fragments_are_direct" in settings,
        speech_in_dashes="speech_in_dashes" in settings,
        word=_word_pattern(abbreviations),
    )


def _citing(lists: Mapping[str, list[str]], tags: Mapping[str, int]) -> set[str]:
    """The words one of which every report without quote marks has; of "in the words of" the longest."""
    verbs = {word for word, tag in tags.items() if tag & (SPEECH | REPORTING | REPORTED_OBJECT | PHRASAL)}
    according = {max(entry.split("_"), key=len) for entry in lists.get("according", ())}
    return verbs.union(according, lists.get("claims", ()), lists.get("certainties", ()))


@cache
def given_names() -> Mapping[str, str]:
    """Gender ("m", "f") of given names, lower-case, in all languages."""
    lists = _read_lists("given_names")
    genders = dict.fromkeys(lists["male"], "m")
    for name in lists["female"]:
        if genders.pop(name, None) is None:
            genders[name] = "f"
    return genders


def _read_lists(name: str) -> dict[str, list[str]]:
    source = files("pipeline.quotes") / "lexicons" / f"{name}.toml"
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return {key: value.split() for key, value in table.items()}


def _word_pattern(abbreviations: Iterable[str]) -> re.Pattern[str]:
    """Initials (U.S.), abbreviations (Sen.), numbers (3.5), words with inner ' - . &, or one character.

    What most words and marks are is tried first, and the white space behind each is matched with it, not sign
    by sign in vain: that takes a third of the time, and leaves no gap between two matches.
    """
    longest = max([2, *map(len, abbreviations)])
    known = "|".join(sorted((re.escape(word.title()) for word in abbreviations), key=len, reverse=True))
    return re.compile(
        r"(?:[a-zA-Z]++(?![\w'’.&\-‑])|[^\w\s\-]|"
        rf"(?:[^\W\d_]\.)+(?![^\W_])|\b(?=[^\W_]{{2,{longest}}}\.)(?:{known or '(?!)'})\.|"
        r"\d+(?:[.,]\d+)+(?![^\W_])|"
        r"[^\W_]+(?:['’.&\-‑][^\W_]+)*(?:(?<=s)['’](?!\w))?|--|\S)\s*+"
    )
