"""Resolution within the article: "he", "the minister", "Lavrov" -> "Sergey Lavrov".

Names go to their fullest form in the article. A pronoun goes to the nearest person before it whose
gender does not contradict it, subjects of sentences first; with no such person it stays unresolved
(speaker None, the mention kept). A definite role ("the minister") goes to the last person who was given
that role.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from pipeline.quotes.clauses import first_subject
from pipeline.quotes.lexicon import (
    CAPITAL,
    DETERMINER,
    GENITIVE,
    NUMBER,
    ORGANISATION,
    PREPOSITION,
    ROLE,
    TITLE,
    Lexicon,
)
from pipeline.quotes.mentions import Mention
from pipeline.quotes.people import Named, Names, read_name
from pipeline.quotes.tokens import Tokens

_SENTENCES_BACK = 8  # how far a pronoun may reach
_SPEAKERS_BACK = 30
_PLACE = 3  # a single word of unknown gender behind a preposition


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the name (or noun) the mention stands for, and the role given beside it."""

    name: str | None
    role: str | None


class Cast:
    """Everybody named in one article, and who spoke so far. Mentions are resolved in their order."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon) -> None:
        """Find the names of the article once."""
        self._tokens = tokens
        self._lexicon = lexicon
        self._names = Names(tokens, lexicon)
        self._full: dict[tuple[tuple[str, ...], str], Named] = {}
        self._resolved: dict[int, Speaker] = {}
        self._people: list[tuple[int, Named]] = []  # who was resolved where, as speaker
        self._things: list[tuple[int, str]] = []  # organisations and groups that spoke

    def resolve(self, mention: Mention) -> Speaker:
        """The speaker of a mention; the same mention always gets the same one."""
        if mention.first not in self._resolved:
            self._resolved[mention.first] = self._resolve(mention)
        return self._resolved[mention.first]

    def _resolve(self, mention: Mention) -> Speaker:
        if mention.kind == "pronoun":
            return self._resolve_pronoun(mention)
        if mention.core_end - 1 in self._tokens.span_at:
            return self._resolve_publication(mention)
        named = self._name_in(mention)
        if named is not None:
            return self._resolve_name(mention, named)
        return self._resolve_noun(mention)

    # names

    def _name_in(self, mention: Mention) -> Named | None:
        """The name in a mention, or in the apposition beside it."""
        tokens = self._tokens
        end = mention.core_end if mention.kind == "name" else mention.end
        if mention.kind == "noun" and (end == mention.core_end or not self._has_apposition(mention)):
            return None
        first = end
        while first > mention.first and self._in_name(first - 1):
            first -= 1
        return read_name(tokens, first, end, self._lexicon) if first < end else None

    def _has_apposition(self, mention: Mention) -> bool:
        return self._tokens.words[mention.core_end : mention.end].count(",") > 0

    def _in_name(self, at: int) -> bool:
        tag = self._tokens.tags[at]
        if tag & CAPITAL:
            return not tag & GENITIVE
        return self._tokens.lower[at] in ("de", "von", "van", "der", "al", "bin", "and", "&", "du", "la")

    def _resolve_name(self, mention: Mention, named: Named) -> Speaker:
        full = self._fullest(named)
        if full.is_person:
            self._people.append((mention.first, full))
        else:
            self._things.append((mention.first, self._spell(full)))
        role = self._role_text(mention, named)
        return Speaker(self._spell(full), role)

    def _role_text(self, mention: Mention, named: Named) -> str | None:
        """The words before the name in its mention: "Russian Foreign Minister", "Sen."; "Mrs." is no role."""
        first = mention.first
        while first < named.first and self._tokens.tags[first] & DETERMINER:
            first += 1
        if first >= named.first:
            return None
        text = self._tokens.slice(first, named.first).rstrip(" ,")
        return text if any(self._is_role(token) for token in range(first, named.first)) else None

    def _is_role(self, token: int) -> bool:
        tag, lower = self._tokens.tags[token], self._tokens.lower[token]
        if tag & ROLE or not tag & TITLE:
            return bool(tag & ROLE)
        return not self._lexicon.gender.get(lower) and lower != "st"

    def _fullest(self, named: Named) -> Named:
        """The fullest naming of the same person; of several people of one name the one named most, if any."""
        asked = (named.name, named.gender)
        if asked not in self._full:
            self._full[asked] = self._find_fullest(named)
        return self._full[asked]

    def _find_fullest(self, named: Named) -> Named:
        forms: dict[tuple[str, ...], list[Named]] = defaultdict(list)
        for other in self._names.ending_in(named.name[-1], len(named.name) + 1):
            if len(other.name) > len(named.name) and self._is_same(named, other):
                forms[tuple(map(self._names.key, other.name))].append(other)
        ranked = sorted(forms.values(), key=len, reverse=True)
        if ranked and (len(ranked) == 1 or len(ranked[0]) > len(ranked[1]) or self._nest(ranked)):
            named = ranked[0][0]
        return self._base_form(named) if self._lexicon.inflected_names else named

    def _nest(self, ranked: list[list[Named]]) -> bool:
        """Whether the two forms named most may be one person: Ann Lee and Ann Mary Lee, not Bob Lee."""
        one, other = ranked[0][0], ranked[1][0]
        return self._names.key(one.name[0]) == self._names.key(other.name[0])

    def _base_form(self, named: Named) -> Named:
        """The naming in the nominative, which is nearly always the shortest."""
        wanted = tuple(map(self._names.key, named.name))
        same = [
            other
            for other in self._names.ending_in(named.name[-1], len(named.name))
            if tuple(map(self._names.key, other.name)) == wanted
        ]
        return min([named, *same], key=lambda other: sum(map(len, other.name)))

    def _is_same(self, short: Named, other: Named) -> bool:
        """Whether `other` may be a fuller form: it ends in the same name and does not contradict the rest."""
        if other.gender and short.gender and other.gender != short.gender:
            return False
        if self._names.key(short.name[-1]) != self._names.key(other.name[-1]):
            return False
        return len(short.name) == 1 or self._names.key(short.name[0]) == self._names.key(other.name[0])

    def _spell(self, named: Named) -> str:
        tokens = self._tokens
        text = tokens.slice(named.first, named.end)
        return text[:-2] if text.endswith(("'s", "’s")) else text.rstrip("’'")

    # nouns

    def _resolve_noun(self, mention: Mention) -> Speaker:
        tokens = self._tokens
        text = tokens.slice(mention.first, mention.end)
        head = self._head(mention)
        if tokens.lower[mention.first] in _DEFINITE and tokens.tags[head] & ROLE:
            named = self._holder(mention, tokens.lower[head])
            if named is not None:
                full = self._fullest(named)
                self._people.append((mention.first, full))
                return Speaker(self._spell(full), tokens.slice(mention.first + 1, mention.core_end))
        self._things.append((mention.first, text))
        has_role = any(tokens.tags[k] & ROLE for k in range(mention.first, mention.core_end))
        return Speaker(text, text if has_role else None)

    def _head(self, mention: Mention) -> int:
        return mention.core_end - 1

    def _holder(self, mention: Mention, head: str) -> Named | None:
        """The last person before the mention whose role has the same head."""
        people = (named for named in self._names.given_role(head, mention.first) if named.is_person)
        return next(people, None)

    def _resolve_publication(self, mention: Mention) -> Speaker:
        """die Zeitung „Neue Presse“: the name without its marks."""
        span = self._tokens.spans[self._tokens.span_at[mention.core_end - 1]]
        name = self._tokens.text[span.start : span.end]
        self._things.append((mention.first, name))
        return Speaker(name, None)

    # pronouns

    def _resolve_pronoun(self, mention: Mention) -> Speaker:
        kind = self._lexicon.gender.get(self._tokens.lower[mention.first], "")
        if kind in ("m", "f"):
            return self._resolve_person(mention, kind)
        if kind in ("n", "p"):
            return self._resolve_thing(mention, kind)
        return Speaker(None, None)

    def _resolve_person(self, mention: Mention, gender: str) -> Speaker:
        named = self._nearest_person(mention.first, gender)
        if named is None:
            return Speaker(None, None)
        full = self._fullest(named)
        self._people.append((mention.first, full))
        return Speaker(self._spell(full), None)

    def _nearest_person(self, at: int, gender: str) -> Named | None:
        sentence = self._tokens.sentence_at[at]
        for back in range(sentence, max(-1, sentence - _SENTENCES_BACK), -1):
            for named in self._people_in(back, at):
                if self._gender(named) in ("", gender):
                    return named
        for _, named in islice(reversed(self._people), _SPEAKERS_BACK):
            if self._gender(named) in ("", gender):
                return named
        return None

    def _people_in(self, sentence: int, before: int) -> list[Named]:
        """The people of one sentence before token `before`, its speakers and subjects first."""
        bounds = self._tokens.sentences[sentence]
        recent = islice(reversed(self._people), _SPEAKERS_BACK)
        spoke = [named for at, named in recent if bounds.first <= at < min(before, bounds.end)]
        named = [n for n in self._names.within(bounds.first, bounds.end) if n.is_person and n.first < before]
        ranked = sorted((self._weakness(one), one.first, one) for one in named)
        return spoke + [one for weakness, _, one in ranked if weakness < _PLACE]

    def _weakness(self, named: Named) -> int:
        """Objects and owners are less likely to go on as "he"; a lone word behind "in" is a place."""
        tokens = self._tokens
        weak = bool(tokens.tags[named.end - 1] & GENITIVE)
        before = named.first - 1
        if before >= 0 and tokens.tags[before] & PREPOSITION and not tokens.tags[before] & CAPITAL:
            weak = True
        single = len(named.name) == 1 and self._fullest(named) is named and not named.gender
        return weak + 2 * single

    def _gender(self, named: Named) -> str:
        return named.gender or self._fullest(named).gender

    def _resolve_thing(self, mention: Mention, kind: str) -> Speaker:
        """ "it", "they": the subject of its own sentence or of one of the two before, else who spoke last."""
        sentence = self._tokens.sentence_at[mention.first]
        for back in range(sentence, max(-1, sentence - 3), -1):
            name = self._thing_in(back, mention.first, kind)
            if name is not None:
                return Speaker(name, None)
        for at, name in islice(reversed(self._things), _SPEAKERS_BACK):
            if at < mention.first:
                return Speaker(name, None)
        return self._thing_before(mention.first, kind)

    def _thing_in(self, sentence: int, before: int, kind: str) -> str | None:
        """The subject of a sentence, if it is an organisation ("it") or a group ("they")."""
        tokens = self._tokens
        bounds = tokens.sentences[sentence]
        subject = first_subject(tokens, bounds.first, min(bounds.end, before))
        if subject is None or subject.kind == "pronoun":
            return None
        last = subject.core_end - 1
        tag = tokens.tags[last]
        plural = tokens.lower[last].endswith("s") and bool(tag & (ROLE | ORGANISATION))
        fits = plural if kind == "p" else bool(tag & ORGANISATION) and not plural
        return tokens.slice(subject.first, subject.end) if fits else None

    def _thing_before(self, at: int, kind: str) -> Speaker:
        """The last word before that can be meant: plural roles for "they", organisations for "it"."""
        tokens = self._tokens
        wanted = ROLE if kind == "p" else ORGANISATION
        for token in range(at - 1, max(-1, at - 120), -1):
            tag = tokens.tags[token]
            if (
                tag & wanted
                and not tag & (TITLE | NUMBER)
                and (kind == "n" or tokens.lower[token].endswith("s"))
            ):
                return Speaker(tokens.words[token], None)
        return Speaker(None, None)


_DEFINITE = frozenset(
    ("the", "der", "die", "das", "le", "la", "el", "il", "o", "a", "l'", "l’", "los", "les")
)
