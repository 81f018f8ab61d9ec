"""What came before, and the question: which of you does this one repeat?

    matcher = Matcher()
    for article in sorted(batch, key=lambda article: article.order):
        pairs = matcher.add(article)   # verified pairs with everything before it, best first
    matcher.stories.ids()              # the story ids of all that was added

Nothing is looked ahead: an article is matched against what was added before it, and boilerplate is what by
then occurred in many stories (holders.py). The filter adds articles one by one. The warehouse recalls those
of its tables that share hashes with a batch, then takes the batch in order of time
(pipeline/warehouse/match.py):

    matcher.recall(holder, story_id)                 # a text of the past, and the story it is in
    matcher.candidates(holder)                       # whose texts are worth reading
    matcher.texts[article.id] = article
    pairs = matcher.take(holder)                     # a text that comes
    pairs = matcher.take_copy(holder, copy)          # and once more, as another article prints it

Two texts are compared when they first come within the window of each other, and again when they first come
within the time in which less has to be equal (`Parameters.near`). How far apart they are is told from their
nearest copies. So a further copy can bring pairs and can never take one away, and most bring none.

The cost of one article is bounded. Texts equal in words and title are held once in half a window; a hash of
many stories leads nowhere, a hash of many texts to the nearest of them; of the candidates the best few are
verified.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.stories.groups import Stories
from pipeline.stories.holders import Holders
from pipeline.stories.parameters import DEFAULT, Parameters
from pipeline.stories.records import Holder, Lead, Match, Signed
from pipeline.stories.verify import exact_match, is_exact, verify

Key = tuple[int | None, bytes, int]  # the words, the title, the half of a window
_EPOCH = datetime.fromtimestamp(0, UTC)


class Matcher:
    """All that was seen so far, by exact hash and by sampled shingle hash."""

    def __init__(self, parameters: Parameters = DEFAULT) -> None:
        self.stories = Stories()
        self.holders = Holders(self.stories, parameters)
        self.texts: dict[str, Signed] = {}  # those that can be compared, by article id
        self._parameters = parameters
        self._equal: defaultdict[int, list[Lead]] = defaultdict(list)
        self._held: dict[Key, Holder] = {}
        self._latest = _EPOCH  # when the latest article was printed that was taken in

    def add(self, article: Signed) -> tuple[Match, ...]:
        """Match an article with what came before, then take it in. The best pair comes first."""
        pairs = self.match(article)
        self._join(article.order, pairs)
        self._index(article)
        return pairs

    def match(self, article: Signed) -> tuple[Match, ...]:
        """The verified pairs of an article with what came before, best first; none with its own revisions.

        Of a text that is held already, those that this copy of it brings.
        """
        if article.fingerprint.exact_hash is None:
            return ()
        equal = self._equal.get(article.fingerprint.exact_hash, [])
        first = next((known for known in equal if known.id != article.id), None)
        found = [exact_match(first, article.order)] if first else []
        held = self._held.get(self._key(article))
        found += self._near_pairs(article, held or _holder(article), article.order if held else None)
        return tuple(sorted(found, key=_rank))

    def place(self, article: Lead, story_id: str) -> None:
        """Put an article into a story of the past."""
        self.stories.add(article)
        self.stories.add(Lead(article.at, story_id))
        self.stories.join(article.id, story_id)

    def recall(self, holder: Holder, story_id: str) -> None:
        """Take in a text of the past with its story."""
        self.place(Lead(holder.at, holder.id), story_id)
        self._latest = max(self._latest, holder.ends[-1])
        self.holders.recall(holder)

    def take(self, holder: Holder) -> list[Match]:
        """The near pairs of a text with what came before, if it can be read; then take it in."""
        article = self.texts.get(holder.id)
        pairs = self._near_pairs(article, holder) if article else []
        self._join(Lead(holder.at, holder.id), pairs)
        self._latest = max(self._latest, holder.ends[-1])
        self.holders.hold(holder)
        return pairs

    def take_copy(self, holder: Holder, copy: Lead) -> list[Match]:
        """The near pairs that a further copy of a text brings, if it can be read; then take the copy in."""
        article = self.texts.get(holder.id)
        pairs = self._near_pairs(article, holder, copy) if article else []
        self._join(Lead(holder.at, holder.id), pairs)
        self._add_copy(holder, copy)
        return pairs

    def candidates(self, holder: Holder, copy: Lead | None = None) -> list[Holder]:
        """Those within the window that share enough hashes, most shared first.

        Of a further copy of a text, those alone that it brings nearer than the text was, so that it counts.
        """
        if copy is not None and not self._is_news(holder, copy.at):
            return []
        least, own = self._parameters.shared_hashes, holder.id if copy is None else copy.id
        times = holder.ends if copy is None else (copy.at,)
        near = [
            (-count, known.at, known.id, known)
            for known, count in self.holders.shared(holder, times).items()
            if count >= least and known is not holder and known.nearest(times[0]).id != own
            if copy is None or self._is_nearer(known, holder, times)
        ]
        near.sort(key=lambda found: found[:3])
        return [found[3] for found in near[: self._parameters.candidates]]

    def forget(self, at: datetime) -> None:
        """If too many texts are held, drop those more than a window away from a time, and the first ones.

        A quarter of the room is made at once. Exact hashes and stories stay.
        """
        if len(self._held) <= self._parameters.held:
            return
        window = self._parameters.window
        near = [holder for holder in self._held.values() if abs(holder.nearest(at).at - at) <= window]
        kept = set(near[-max(1, self._parameters.held * 3 // 4) :])
        self._held = {key: holder for key, holder in self._held.items() if holder in kept}
        self.texts = {holder.id: self.texts[holder.id] for holder in kept}
        self.holders.keep(kept.__contains__)

    def _near_pairs(self, article: Signed, holder: Holder, copy: Lead | None = None) -> list[Match]:
        """The pairs of a text, or those that a further copy of it brings."""
        times = holder.ends if copy is None else (copy.at,)
        found = (
            verify(known, article, self.holders.common, self._parameters, one.distance(times))
            for one in self.candidates(holder, copy)
            if (known := self._text_of(one, times[0])) is not None and not is_exact(known, article)
        )
        return [pair for pair in found if pair is not None]

    def _text_of(self, holder: Holder, at: datetime) -> Signed | None:
        """The text of a candidate, as the article nearest in time has it; None where it is unread."""
        article = self.texts.get(holder.id)
        nearest = holder.nearest(at)
        if article is None or nearest.id == article.id:
            return article
        return replace(article, at=nearest.at, id=nearest.id)

    def _is_news(self, holder: Holder, at: datetime) -> bool:
        """Whether a copy can bring its text nearer to others: not between two of its copies, nor as the last.

        What lies between two copies in one half of a window is near to one of them.
        """
        first, last = holder.ends[0], holder.ends[-1]
        return at < first or (at > last and self._latest > last + self._parameters.near)

    def _is_nearer(self, known: Holder, holder: Holder, times: Sequence[datetime]) -> bool:
        """Whether a further copy brings a text within the window of another, or near it."""
        before, now = known.distance(holder.ends), known.distance(times)
        return any(now <= reach < before for reach in (self._parameters.window, self._parameters.near))

    def _join(self, article: Lead, pairs: Iterable[Match]) -> None:
        self.stories.add(article)
        for pair in pairs:
            if pair.links:
                self.stories.join(pair.article_id, pair.duplicate_of)

    def _index(self, article: Signed) -> None:
        exact_hash = article.fingerprint.exact_hash
        if exact_hash is None:
            return
        insort(self._equal[exact_hash], article.order)
        key = self._key(article)
        if key in self._held:
            self._add_copy(self._held[key], article.order)
            return
        self._held[key] = _holder(article)
        self._latest = max(self._latest, article.at)
        self.texts[article.id] = article
        self.holders.hold(self._held[key])

    def _add_copy(self, holder: Holder, copy: Lead) -> None:
        self._latest = max(self._latest, copy.at)
        holder.add_copy(copy)

    def _key(self, article: Signed) -> Key:
        """What is the same for those articles that are held as one text."""
        span = (article.at - _EPOCH) // (self._parameters.window / 2)
        return article.fingerprint.exact_hash, article.shingles.title.tobytes(), span


def _holder(article: Signed) -> Holder:
    return Holder(article.id, article.at, article.publisher, article.fingerprint.hashes)


def _rank(pair: Match) -> tuple[bool, float, float, str, str]:
    return (not pair.links, -pair.similarity, -pair.containment, pair.duplicate_of, pair.article_id)
