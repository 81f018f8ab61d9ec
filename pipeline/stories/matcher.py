"""An index of signed articles that answers: which of you does this one repeat?

    matcher = Matcher()
    matcher.seed(known, lead)          # history that may be repeated, with the stories it is in
    matcher.seed_counts({hash: 12})    # in how many stories of history each hash of the batch occurs
    for article in in_time_order(batch):
        pairs = matcher.add(article)   # verified pairs with everything before it
    matcher.stories.ids()              # story ids of all that was seeded or added

Nothing is looked ahead: an article is matched against what was seeded or added before it, and boilerplate
is what by then occurred in many stories. Cost is bounded for each article: texts equal to one already held
are counted, not indexed; hashes of many stories lead to no candidates; of the candidates the best few are
verified.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from pipeline.stories.groups import Lead, Stories
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Match, Signed
from pipeline.stories.verify import verify


class Matcher:
    """All that was seen so far, by exact hash and by sampled shingle hash."""

    def __init__(self, parameters: Parameters = DEFAULT) -> None:
        self.stories = Stories()
        self._parameters = parameters
        self._articles: list[Signed] = []
        self._exact: dict[int, Signed] = {}
        self._holders: defaultdict[int, list[int]] = defaultdict(list)
        self._common: set[int] = set()
        self._history: dict[int, int] = {}

    def seed(self, known: Signed, lead: Lead) -> None:
        """Take in an article of history; `lead` names the story it is in."""
        self.stories.add(known.id, lead)
        self._index(known)

    def seed_counts(self, counts: Mapping[int, int]) -> None:
        """Take in how many different stories of history hold each hash, beside what is seeded."""
        self._history.update(counts)
        self._common.update(found for found, count in counts.items() if count > self._parameters.stories)

    def add(self, article: Signed) -> tuple[Match, ...]:
        """Match an article with what came before, then take it in. The best pair comes first."""
        pairs = self.match(article)
        self.stories.add(article.id, Lead(article.at, article.id))
        for pair in pairs:
            if pair.links:
                self.stories.join(pair.article_id, pair.duplicate_of)
        self._index(article)
        return pairs

    def match(self, article: Signed) -> tuple[Match, ...]:
        """The verified pairs of an article with what came before, best first."""
        equal = self._equal(article)
        if equal is not None and not self._is_stale(equal, article):
            pair = verify(equal, article)
            return (pair,) if pair else ()
        found = (
            verify(known, article, self._common, self._parameters) for known in self._candidates(article)
        )
        pairs = [pair for pair in found if pair]
        if equal is not None and (pair := verify(equal, article)):
            pairs.append(pair)
        return tuple(sorted(pairs, key=_rank))

    def _equal(self, article: Signed) -> Signed | None:
        exact_hash = article.fingerprint.exact_hash
        return None if exact_hash is None else self._exact.get(exact_hash)

    def _is_stale(self, equal: Signed, article: Signed) -> bool:
        """Whether an equal text is so far away in time that the article has other neighbours."""
        return abs(equal.at - article.at) * 2 > self._parameters.window

    def _candidates(self, article: Signed) -> list[Signed]:
        """Those within the window that share enough hashes, most shared first."""
        shared: Counter[int] = Counter()
        for found in article.fingerprint.hashes:
            if found not in self._common:
                shared.update(self._holders.get(found, ()))
        enough = [place for place, count in shared.items() if count >= self._parameters.shared_hashes]
        enough.sort(key=lambda place: (-shared[place], place))
        near = (self._articles[place] for place in enough)
        window = self._parameters.window
        kept = [known for known in near if abs(known.at - article.at) <= window]
        return kept[: self._parameters.candidates]

    def _index(self, article: Signed) -> None:
        equal = self._equal(article)
        if article.fingerprint.exact_hash is None or (equal and not self._is_stale(equal, article)):
            return
        self._exact[article.fingerprint.exact_hash] = article
        place = len(self._articles)
        self._articles.append(article)
        for found in article.fingerprint.hashes:
            if found not in self._common:
                self._hold(found, place)

    def _hold(self, found: int, place: int) -> None:
        """Note that a text has a hash, or that the hash has become boilerplate."""
        holders = self._holders[found]
        holders.append(place)
        if len(holders) + self._history.get(found, 0) > self._parameters.stories and self._is_common(found):
            self._common.add(found)
            del self._holders[found]

    def _is_common(self, found: int) -> bool:
        names = {self.stories.root(self._articles[place].id) for place in self._holders[found]}
        return len(names) + self._history.get(found, 0) > self._parameters.stories


def _rank(pair: Match) -> tuple[bool, float, float, str, str]:
    return (not pair.links, -pair.similarity, -pair.containment, pair.duplicate_of, pair.article_id)
