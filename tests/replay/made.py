"""What replays are tried with: a cleaner and a quoter of another version, and loads in the middle."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from pipeline.batch import Run
from pipeline.clean.identity import content_hash
from pipeline.dispositions import Reason
from pipeline.records import Capture, Dropped, Quote
from pipeline.replay import CapturesAgain, CapturesSince, QuotesAgain, Stage, StoriesAgain
from pipeline.stories import sign
from pipeline.work import Extracted, examine, quote_text
from tests.warehouse.corpus import START
from tests.warehouse.loading import Done, OwnProcess, contents, ledger

State = dict[str, list[tuple[Any, ...]]]
IDS = UUID("6f1d1f3e-8f5b-5a43-9d0c-0a4f8f3f1e77")


def state(run: Run) -> State:
    """All tables and the ledger, as far as they do not depend on the order."""
    return contents(run.connection) | ledger(run.connection)


def hour(hours: float) -> datetime:
    """Some hours after the first capture."""
    return START + timedelta(hours=hours)


def all_stages(hours: float) -> list[Stage]:
    """Each stage, and where it takes a time also from that one on."""
    at = hour(hours)
    return [CapturesAgain(), CapturesSince(at), QuotesAgain(), QuotesAgain(at), StoriesAgain()]


def with_workers(run: Run, workers: OwnProcess) -> Run:
    """The same run with other workers."""
    return replace(run, workers=workers)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Changed(OwnProcess):
    """Workers of another version."""

    cleaner: Callable[[Capture, bytes], Extracted | Dropped] = examine
    quoter: Callable[[str, str | None], tuple[Quote, ...] | Dropped] = quote_text

    def submit(self, function: Callable[[Any, Any], Any], one: Any, other: Any) -> Done:
        changed: dict[Any, Callable[..., Any]] = {examine: self.cleaner, quote_text: self.quoter}
        chosen = changed.get(function, function)
        return super().submit(chosen, one, other)


class Between(OwnProcess):
    """Does something before the item of a number is worked on."""

    def __init__(self, number: int, act: Callable[[], object]) -> None:
        self._left = number
        self._act = act

    @property
    def has_acted(self) -> bool:
        """Whether there were so many items."""
        return self._left <= 0

    def submit(self, function: Callable[[Any, Any], Any], one: Any, other: Any) -> Done:
        self._left -= 1
        if self._left == 0:
            self._act()
        return super().submit(function, one, other)


def otherwise(capture: Capture, payload: bytes) -> Extracted | Dropped:
    """A cleaner of another version: some captures it refuses, of others it makes another article."""
    found = examine(capture, payload)
    digit = int(capture.payload_sha256[0], 16)
    if isinstance(found, Dropped) or digit > 9:
        return found
    if digit < 2:
        return Dropped("clean", Reason.NO_ARTICLE, "by another version")
    article = found.article
    if digit < 4:
        text = f"{article.text}\nA line more."
        changed = replace(article, text=text, content_hash=content_hash(article.title, text))
        return replace(found, article=changed, fingerprint=sign(text, article.title))
    if digit < 6:
        return replace(found, article=replace(article, published_at=None, authors=("Ann Other",)))
    if digit < 8:  # what were several articles are one now
        return replace(found, article=replace(article, article_id=uuid5(IDS, str(digit))))
    return replace(found, article=replace(article, publisher="other.example"))


def shouted(text: str, language: str | None) -> tuple[Quote, ...] | Dropped:
    """A quoter of another version: every speaker is another one; a long text fails."""
    if len(text) > 1400:
        return Dropped("extract", Reason.TIMEOUT, "more than 0 s")
    return tuple(replace(quote, speaker="Ann Other") for quote in quote_text(text, language))
