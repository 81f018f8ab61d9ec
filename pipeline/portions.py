"""A source is cut into portions, so many of which are a batch. The same source is always cut the same way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from pipeline.archive.parts import Mark
from pipeline.records import Item, Refusal
from pipeline.settings import Limits

Found = Item | Refusal


@dataclass(slots=True)
class Portion:
    """What of a batch is read at once. `marks` as in UnderWay, by part; `is_last` of its batch."""

    found: list[Found] = field(default_factory=list)
    marks: dict[str, Mark] = field(default_factory=dict)
    is_last: bool = False


@dataclass(slots=True)
class Filling:
    """How full a batch is, and its present portion."""

    limits: Limits
    items: int = 0
    bytes: int = 0
    portion_bytes: int = 0

    def add(self, found: Found) -> None:
        """One more item or refusal."""
        size = len(found.payload) if isinstance(found, Item) else 0
        self.items += 1
        self.bytes += size
        self.portion_bytes += size

    @property
    def is_batch(self) -> bool:
        """Whether it is a batch."""
        return self.items >= self.limits.load_items or self.bytes >= self.limits.load_bytes

    @property
    def is_portion(self) -> bool:
        """Whether so much is held that it has to go."""
        return self.portion_bytes >= self.limits.portion_bytes


def cut(found: Iterable[Found], limits: Limits) -> Iterator[Portion]:
    """Batches bounded in items and bytes, portion by portion."""
    portion, filling = Portion(), Filling(limits)
    for one in found:
        portion.found.append(one)
        filling.add(one)
        portion.is_last = filling.is_batch
        if portion.is_last or filling.is_portion:
            yield portion
            filling = Filling(limits) if portion.is_last else replace(filling, portion_bytes=0)
            portion = Portion()
    if portion.found:
        yield portion


def batches_of(portions: Iterator[Portion]) -> Iterator[Iterator[Portion]]:
    """The portions of each batch, to be taken before the next batch is asked for."""
    return (_until_last(chain([first], portions)) for first in portions)


def _until_last(portions: Iterator[Portion]) -> Iterator[Portion]:
    for portion in portions:
        yield portion
        if portion.is_last:
            return
