"""Exchanges to be kept: every answer of every hop, with its part in the story."""

from collections.abc import Callable
from uuid import uuid4

from pipeline.acquire.records import Failed, Fetched
from pipeline.acquire.results import Outcome, PageResult, Polled, Result
from pipeline.archive.writing import Kept, Revisit, Role
from pipeline.records import Exchange, Item

Hide = Callable[[str], str]


def kept_of(result: Result, hide: Hide) -> list[Kept]:
    """All exchanges of a result in their order. `hide` writes an address as tables hold it."""
    if isinstance(result, PageResult):
        return _of_page(result, hide)
    if isinstance(result, Polled):
        kept = _of_feed(result, hide)
        return kept + [one for child in result.children for one in _answer(child, "feed", hide)]
    return _answer(result.answer, "robots", hide)


def _of_page(result: PageResult, hide: Hide) -> list[Kept]:
    page, answer = result.page, result.answer
    if isinstance(answer, Failed):
        return _answer(answer, "refused", hide)
    before, last = _redirects(answer, hide), answer.hops[-1]
    url = hide(answer.final_url)
    if revisit := _revisit(result.outcome):
        held = page.payload_sha256
        kept = Kept(
            str(uuid4()), "page", last, url, page.url, answer.fetched_at, revisit, payload_sha256=held
        )
    elif isinstance(result.found, Item):
        kept = Kept(result.found.capture.capture_id, "page", last, url, page.url, answer.fetched_at)
    else:
        kept = Kept(str(uuid4()), "refused", last, url, page.url, answer.fetched_at)
    return [*before, kept]


def _of_feed(result: Polled, hide: Hide) -> list[Kept]:
    answer = result.answer
    revisit = _revisit(result.outcome)
    if isinstance(answer, Failed) or revisit is None:
        return _answer(answer, "feed", hide)
    url, held = hide(answer.final_url), result.feed.body_sha256
    kept = Kept(
        str(uuid4()),
        "feed",
        answer.hops[-1],
        url,
        url,
        answer.fetched_at,
        revisit,
        payload_sha256=held,
    )
    return [*_redirects(answer, hide), kept]


def _revisit(outcome: Outcome) -> Revisit | None:
    if outcome == "same":
        return "same"
    return "unchanged" if outcome == "unchanged" else None


def _answer(answer: Fetched | Failed, role: Role, hide: Hide) -> list[Kept]:
    """An answer that is no item: the last hop in `role`, those before it as redirects."""
    return [
        *_redirects(answer, hide),
        *(_kept(hop, role, hide) for hop in answer.hops[-1:]),
    ]


def _redirects(answer: Fetched | Failed, hide: Hide) -> list[Kept]:
    return [_kept(hop, "redirect", hide) for hop in answer.hops[:-1]]


def _kept(hop: Exchange, role: Role, hide: Hide) -> Kept:
    url = hide(hop.url)
    return Kept(str(uuid4()), role, hop, url, url, hop.requested_at)
