"""An index of signed articles that answers: which of you does this one repeat?

    matcher = Matcher()
    for article in sorted(batch, key=lambda article: article.order):
        pairs = matcher.add(article)   # verified pairs with everything before it, best first
    matcher.stories.ids()              # the story ids of all that was added

Nothing is looked ahead: an article is matched against what was added before it, and boilerplate
is what by then occurred in many stories.

The cost of one article is bounded. Texts equal in words and title are held once (`_Text`), with the list of
articles that have it; a hash of many stories leads nowhere, a hash of many texts to the latest of them; of
the candidates the best few are verified.
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.stories.groups import Stories
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Lead, Match, Signed
from pipeline.stories.verify import exact_match, verify


@dataclass(slots=True, eq=False)
class _Text:
    """One distinct text with its title: an article that has it, and the places of all in order of time."""

    signed: Signed
    articles: list[Lead] = field(default_factory=list)

    def nearest(self, at: datetime) -> Signed:
        """The article with this text that is nearest in time, the earlier of two."""
        if len(self.articles) == 1:
            return self.signed
        place = bisect_left(self.articles, Lead(at, ""))
        near = self.articles[max(0, place - 1) : place + 1]
        found = min(near, key=lambda article: abs(article.at - at))
        return replace(self.signed, at=found.at, id=found.id)


class Matcher:
    """All that was seen so far, by exact hash and by sampled shingle hash."""

    def __init__(self, parameters: Parameters = DEFAULT) -> None:
        self.stories = Stories()
        self._parameters = parameters
        self._equal: defaultdict[int, list[Lead]] = defaultdict(list)
        self._texts: dict[tuple[int, bytes], _Text] = {}
        self._holders: defaultdict[int, list[_Text]] = defaultdict(list)
        self._common: set[int] = set()

    def add(self, article: Signed) -> tuple[Match, ...]:
        """Match an article with what came before, then take it in. The best pair comes first."""
        pairs = self.match(article)
        self.stories.add(article.order)
        for pair in pairs:
            if pair.links:
                self.stories.join(pair.article_id, pair.duplicate_of)
        self._index(article)
        return pairs

    def match(self, article: Signed) -> tuple[Match, ...]:
        """The verified pairs of an article with what came before, best first; none with its own revisions."""
        if article.fingerprint.exact_hash is None:
            return ()
        equal = self._equal.get(article.fingerprint.exact_hash, [])
        first = next((known for known in equal if known.id != article.id), None)
        found = [exact_match(first, article.order)] if first else []
        if len(equal) < self._parameters.holders:
            near = self._candidates(article)
            found += [pair for known in near if (pair := self._verify(known, article))]
        return tuple(sorted(found, key=_rank))

    def _verify(self, known: Signed, article: Signed) -> Match | None:
        return verify(known, article, self._common, self._parameters)

    def forget(self, at: datetime) -> None:
        """If too many texts are held, drop those more than a window away from a time, and the first ones.

        A quarter of the room is made at once. Exact hashes and stories stay.
        """
        if len(self._texts) <= self._parameters.held:
            return
        window = self._parameters.window
        near = [text for text in self._texts.values() if abs(text.nearest(at).at - at) <= window]
        kept = set(near[-max(1, self._parameters.held * 3 // 4) :])
        self._texts = {key: text for key, text in self._texts.items() if text in kept}
        remaining = {
            found: [text for text in texts if text in kept] for found, texts in self._holders.items()
        }
        self._holders = defaultdict(list, {found: texts for found, texts in remaining.items() if texts})

    def _candidates(self, article: Signed) -> list[Signed]:
        """Those within the window that share enough hashes, most shared first."""
        shared: Counter[_Text] = Counter()
        for found in article.fingerprint.hashes:
            if found not in self._common:
                shared.update(self._holders.get(found, ()))
        least, window = self._parameters.shared_hashes, self._parameters.window
        enough = ((-count, text.nearest(article.at)) for text, count in shared.items() if count >= least)
        near = [
            (count, known.order, known)
            for count, known in enough
            if abs(known.at - article.at) <= window and _is_other(known, article)
        ]
        near.sort(key=lambda found: found[:2])
        return [known for _, _, known in near[: self._parameters.candidates]]

    def _index(self, article: Signed) -> None:
        exact_hash = article.fingerprint.exact_hash
        if exact_hash is None:
            return
        insort(self._equal[exact_hash], article.order)
        key = (exact_hash, article.shingles.title.tobytes())
        text = self._texts.get(key)
        if text is not None:
            insort(text.articles, article.order)
            return
        text = self._texts[key] = _Text(article, [article.order])
        for found in article.fingerprint.hashes:
            if found not in self._common:
                self._hold(found, text)

    def _hold(self, found: int, text: _Text) -> None:
        """Note that a text has a hash, or that by now the hash is boilerplate."""
        holders = self._holders[found]
        holders.append(text)
        if len(holders) <= self._parameters.stories_of_publisher:
            return
        if self._is_common(holders):
            self._common.add(found)
            del self._holders[found]
        elif len(holders) > self._parameters.holders:
            del holders[0]

    def _is_common(self, holders: list[_Text]) -> bool:
        """Whether a hash occurs in so many different stories, of all or of one publisher."""
        names = {(text.signed.publisher, self.stories.root(text.signed.id)) for text in holders}
        if len({name for _, name in names}) > self._parameters.stories:
            return True
        of_publisher = Counter(publisher for publisher, _ in names if publisher is not None)
        return max(of_publisher.values(), default=0) > self._parameters.stories_of_publisher


def _is_other(known: Signed, article: Signed) -> bool:
    """Whether these are different articles with different texts."""
    return known.id != article.id and known.fingerprint.exact_hash != article.fingerprint.exact_hash


def _rank(pair: Match) -> tuple[bool, float, float, str, str]:
    return (not pair.links, -pair.similarity, -pair.containment, pair.duplicate_of, pair.article_id)
