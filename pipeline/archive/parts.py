"""Parts: what is read from its beginning to its end. A file of an archive is one; a list of addresses is one.

    source ──> parts ── read ──> steps, each with its place ──> batches, and a mark of how far each part went

A mark is committed with the rows of what stands before it, so that reading goes on there after any kill.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

from pipeline.archive.wanted import ANYTHING, Passed, Wanted
from pipeline.records import Item, Refusal
from pipeline.settings import Limits


def nothing(_: int) -> None:
    """Nobody wants to hear how many bytes were read."""


@dataclass(frozen=True, slots=True)
class Step:
    """What stands at one place of a part: an item, a refusal, or something that is passed over.

    All that stands before `position` was given in earlier steps; reading with `begin=position` gives this
    step again, and what follows. Positions never fall; their unit is the part's (bytes, rows).
    """

    position: int
    found: Item | Refusal | None
    passed: Passed | None = None


Steps = Generator[Step, None, None]  # closing it ends requests, connections and files


@dataclass(frozen=True, slots=True)
class Reading:
    """How a part is read: from where, what of it, and who is told of the bytes that were read for it.

    `columns`: the names that a table has for ours (`{"url": "link"}`).
    """

    limits: Limits
    begin: int = 0
    wanted: Wanted = ANYTHING
    columns: Mapping[str, str] = field(default_factory=dict)
    on_bytes: Callable[[int], None] = nothing


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a source. Its `read` gives the steps and raises nothing for what it reads.

    `name` is its address (`crawl.warc.gz`, `site.wacz!archive/a.warc.gz`, `https://...`). A mark counts as
    long as the `version` is the same (size and time of a file, an entity tag); "" for none: no mark is kept.
    `size` in bytes, None where it is not known. A part that ends with a refusal as `unreadable` has not been
    read to its end: the next run goes on there.
    """

    name: str
    version: str
    size: int | None
    read: Callable[[Reading], Steps]


def refused(refusal: Refusal) -> Part:
    """A part that is nothing but a refusal."""

    def read(_: Reading) -> Steps:
        yield Step(0, refusal)

    return Part(refusal.item_key, "", None, read)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a part was read: all that stands before `position`, or everything.

    `items` found and things `passed` over since its beginning, for people.
    """

    part: str
    filter: str  # of Wanted, in one line
    version: str
    position: int
    is_done: bool
    items: int
    passed: int
