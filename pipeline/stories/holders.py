"""Who has which sampled hash, and which hashes are boilerplate: what matching knows of all that came before.

    holders = Holders(stories)
    holders.shared(article, article.ends)   # who shares hashes with it that are no boilerplate, and how many
    holders.hold(article)     # take it in

A hash is boilerplate once its holders within the window around one of them are in more than `stories`
stories, or in more than `stories_of_publisher` of one publisher. It is counted as an article comes, among
those that came before it, and never taken back: a later article changes nothing of what an earlier one met,
so that a load that is cut in two in order of time counts as the whole does. By story, not by article: many
copies of one text would erase themselves.

The cost of one article is bounded: of a hash that many have, the nearest `holders` are looked at.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from operator import attrgetter

from pipeline.stories.groups import Stories
from pipeline.stories.parameters import Parameters
from pipeline.stories.records import Holder

_AT = attrgetter("at")


class Holders:
    """The holders of each hash in order of time, and since when a hash is boilerplate."""

    def __init__(self, stories: Stories, parameters: Parameters) -> None:
        self.since: dict[int, datetime] = {}
        self._stories = stories
        self._parameters = parameters
        self._holders: defaultdict[int, list[Holder]] = defaultdict(list)

    @property
    def common(self) -> AbstractSet[int]:
        """The hashes known as boilerplate."""
        return self.since.keys()

    def shared(self, holder: Holder, times: Sequence[datetime]) -> Counter[Holder]:
        """Those that share hashes with it and are within the window of one of these times, with how many."""
        shared: Counter[Holder] = Counter()
        for found in holder.hashes:
            if held := self._holders.get(found):
                shared.update(self._near(held, times))
        return shared

    def hold(self, holder: Holder) -> None:
        """Take in an article, and note which hashes are boilerplate by that."""
        few = self._parameters.stories_of_publisher
        for found in holder.hashes:
            if found in self.since:
                continue
            held = self._holders[found]
            self._put(held, holder)
            if len(held) > few and self._is_common(held, holder):
                self.since[found] = holder.at
                del self._holders[found]

    def recall(self, holder: Holder) -> None:
        """Take in an article of the past: it makes nothing boilerplate that was none before."""
        for found in holder.hashes:
            if found not in self.since:
                self._put(self._holders[found], holder)

    def keep(self, is_kept: Callable[[Holder], bool]) -> None:
        """Forget all other holders; boilerplate stays known."""
        remaining = {found: list(filter(is_kept, held)) for found, held in self._holders.items()}
        self._holders = defaultdict(list, {found: held for found, held in remaining.items() if held})

    def _near(self, held: list[Holder], times: Sequence[datetime]) -> list[Holder]:
        """The nearest within the window up to the first of some times, and behind the last."""
        most, window = self._parameters.holders, self._parameters.window
        first, last = times[0], times[-1]
        place = bisect_right(held, first, key=_AT) if held[-1].at > first else len(held)
        end = place if last == first else bisect_right(held, last, key=_AT)
        near = held[max(0, place - most) : end + most]
        if first - near[0].at <= window and near[-1].at - last <= window:
            return near
        return [one for one in near if one.distance(times) <= window]

    def _put(self, held: list[Holder], holder: Holder) -> None:
        """Put it in its place. Of those before it the nearest stay: the others are out of reach by now."""
        if not held or held[-1].at <= holder.at:
            place = len(held)
            held.append(holder)
        else:
            place = bisect_right(held, holder.at, key=_AT)
            held.insert(place, holder)
        if place >= self._parameters.holders:
            del held[: place + 1 - self._parameters.holders]

    def _is_common(self, held: list[Holder], new: Holder) -> bool:
        """Whether a hash has holders near a new one in so many stories, of all or of one publisher."""
        names = {(holder.publisher, self._stories.root(holder.id)) for holder in self._near(held, new.ends)}
        if len(names) <= self._parameters.stories_of_publisher:
            return False
        if len({name for _, name in names}) > self._parameters.stories:
            return True
        of_publisher = Counter(publisher for publisher, _ in names if publisher is not None)
        return max(of_publisher.values(), default=0) > self._parameters.stories_of_publisher
