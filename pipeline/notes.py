"""Results of the network are kept in WARC, and noted: what they say of feeds, entries and pages.

    results ── keep ──> segment on disk
                 ├────> polls: rows of feeds, entries and polls; pages that are new
                 └────> fetches: attempts ── settle ──> rows of fetches; pages that follow

An attempt is settled once its item has been examined; until then it may lie on disk (rounds/).
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import duckdb

from pipeline.acquire.keeping import kept_of
from pipeline.acquire.records import FeedState, Fetched, Page
from pipeline.acquire.redact import redact_text
from pipeline.acquire.results import PageResult, Polled, Result
from pipeline.acquire.retries import after_fetch
from pipeline.acquire.schedule import after_poll, described
from pipeline.acquire.secrets import Secrets
from pipeline.archive.captures import CaptureFile
from pipeline.archive.live import LiveFiles
from pipeline.archive.writing import BatchInfo, Kept
from pipeline.records import Dropped, Refusal
from pipeline.warehouse.live_rows import (
    LiveRows,
    Row,
    entry_id_of,
    feed_row,
    fetch_row,
    known_entries,
    known_pages,
    page_id_of,
    page_of,
    page_url,
    poll_row,
    waiting_row,
)
from pipeline.work import Extracted

Outcomes = Mapping[str, Extracted | Dropped]  # by capture id


class Known(Protocol):
    """What was brought before."""

    def entries(self, ids: Iterable[str]) -> set[str]:
        """Those of the entries that are known."""

    def pages(self, ids: Iterable[str]) -> set[str]:
        """Those of the pages that an entry named, or that were asked for."""


@dataclass(frozen=True, slots=True)
class InTables:
    """What the tables hold."""

    connection: duckdb.DuckDBPyConnection

    def entries(self, ids: Iterable[str]) -> set[str]:
        """Those of the entries that the tables hold."""
        return known_entries(self.connection, ids)

    def pages(self, ids: Iterable[str]) -> set[str]:
        """Those of the pages that the tables speak of."""
        return known_pages(self.connection, ids)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a page, its item not examined yet.

    `row`: of an attempt that brings no article; `check_at`: when the page is asked again for revisions if it
    brings one.
    """

    row: Row
    check_at: datetime | None


@dataclass(frozen=True, slots=True)
class Noted:
    """One batch of results. `rows` are without fetches yet; `pages`: those that no entry named before."""

    info: BatchInfo
    file: CaptureFile
    rows: LiveRows
    feeds: list[FeedState]
    pages: list[Page]
    attempts: list[Attempt]
    refusals: list[Refusal]


@dataclass(slots=True)
class Settled:
    """Rows of fetches, and the pages that are tried or checked again."""

    rows: list[Row] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)


class Notes:
    """Keeps and notes. `age_hours`: see settings.Live."""

    def __init__(
        self,
        files: LiveFiles,
        known: Known,
        secrets: Secrets,
        chance: random.Random,
        age_hours: tuple[float, ...],
    ) -> None:
        self._files = files
        self._known = known
        self._secrets = secrets
        self._chance = chance
        self._age_hours = age_hours

    def keep(self, results: Sequence[Result], info: BatchInfo) -> Noted:
        """Bring results to disk, as one segment, and note what they say. Raises OSError."""
        kept = [kept_of(one, self._secrets.hide) for one in results]
        pages = [one for one in results if isinstance(one, PageResult)]
        refusals = [one.found for one in pages if isinstance(one.found, Refusal)]
        self._secrets.save()
        file = self._files.append(info, [one for many in kept for one in many], refusals)
        rows = LiveRows()
        polls = [(one, many) for one, many in zip(results, kept, strict=True) if isinstance(one, Polled)]
        feeds = self._note_polls(polls, file, rows)
        attempts = [self._attempt(one) for one in pages]
        new = _new_pages(rows.entries, self._known)
        self._secrets.save()
        return Noted(info, file, rows, feeds, new, attempts, refusals)

    def _note_polls(
        self, polls: Sequence[tuple[Polled, list[Kept]]], file: CaptureFile, rows: LiveRows
    ) -> list[FeedState]:
        """The new state of each feed, and its new entries."""
        ids = [entry_id_of(poll.feed.feed_id, entry) for poll, _ in polls for entry in poll.entries]
        held = self._known.entries(ids)
        feeds = []
        for poll, kept in polls:
            new = self._new_entries(poll, held)
            state = self._state_after(poll, len(new))
            rows.entries += new
            rows.feeds.append(feed_row(state))
            rows.polls.append(poll_row(poll, len(new), state, _place_of(poll, kept, file)))
            feeds.append(state)
        return feeds

    def _new_entries(self, poll: Polled, held: set[str]) -> list[Row]:
        """The rows of entries that no poll brought; an entry listed twice is one."""
        rows: dict[str, Row] = {}
        for entry in poll.entries:
            entry_id = entry_id_of(poll.feed.feed_id, entry)
            if entry_id not in held:
                rows[entry_id] = {
                    "entry_id": entry_id,
                    "feed_id": poll.feed.feed_id,
                    "feed_url": poll.feed.feed_url,
                    "entry_key": redact_text(entry.entry_key),
                    "url": self._secrets.hide(page_url(entry.url)),
                    "page_id": page_id_of(entry.url),
                    "title": entry.title,
                    "published_at": entry.published_at,
                    "first_seen_at": poll.at,
                }
        return list(rows.values())

    def _state_after(self, poll: Polled, new_entries: int) -> FeedState:
        feed = poll.feed if poll.parsed is None else described(poll.feed, poll.parsed)
        answer = poll.answer
        if isinstance(answer, Fetched) and answer.permanent_url is not None:
            answer = replace(answer, permanent_url=self._secrets.hide(answer.permanent_url))
        hints = poll.parsed.hints if poll.parsed else None
        return after_poll(feed, answer, hints, new_entries, poll.at, self._chance.random())

    def _attempt(self, result: PageResult) -> Attempt:
        jitter = self._chance.random()
        page, next_at = after_fetch(result, False, self._age_hours, jitter)
        _, check_at = after_fetch(result, True, self._age_hours, jitter)
        return Attempt(fetch_row(result, page, next_at), check_at)


def settle(
    attempts: Sequence[Attempt], outcomes: Outcomes, known: Known, secrets: Secrets, now: datetime
) -> Settled:
    """The rows of attempts whose items were examined, and what follows from them.

    An article that names another address as its own is checked for revisions there, not at both: the other
    one is tried `now`, once.
    """
    settled = Settled()
    named: list[tuple[Row, str]] = []
    for one in attempts:
        outcome = outcomes.get(str(one.row["capture_id"]))
        url = _own_address(one.row, outcome)
        is_checked = isinstance(outcome, Extracted) and url is None
        row = one.row | ({"next_at": one.check_at} if is_checked else {})
        settled.rows.append(row)
        settled.pages += [] if row["next_at"] is None else [page_of(row)]
        named += [] if url is None else [(row, url)]
    _add_canonical(named, settled, known, secrets, now)
    secrets.save()
    return settled


def _own_address(row: Row, outcome: Extracted | Dropped | None) -> str | None:
    """The canonical address of an article that was found at another one; followed once, at first sight."""
    is_first = row["cause"] != "canonical" and row["checks"] == 1
    if not is_first or not isinstance(outcome, Extracted) or outcome.is_canonical_url:
        return None
    return outcome.article.canonical_url


def _place_of(poll: Polled, kept: Sequence[Kept], file: CaptureFile) -> tuple[str, int] | None:
    """Where the answer to a poll lies: behind the redirects that led to it."""
    hops = len(poll.answer.hops)
    return (file.path, file.offsets[kept[hops - 1].record_id]) if hops else None


def _new_pages(entries: Sequence[Row], known: Known) -> list[Page]:
    """Pages that no entry named before."""
    by_id: dict[str, Row] = {}
    for row in entries:
        by_id.setdefault(row["page_id"], row)
    held = known.pages(by_id)
    pages = []
    for page_id, row in by_id.items():
        if page_id not in held:
            seen_at = row["first_seen_at"]
            born_at = min(row["published_at"] or seen_at, seen_at)
            pages.append(Page(page_id, row["url"], "entry", seen_at, born_at))
    return pages


def _add_canonical(
    named: Sequence[tuple[Row, str]], settled: Settled, known: Known, secrets: Secrets, now: datetime
) -> None:
    """Addresses that articles name as their own, where another one was asked for."""
    held = known.pages([page_id_of(url) for _, url in named])
    held |= {str(row["page_id"]) for row in settled.rows}
    for row, url in named:
        page_id = page_id_of(url)
        if page_id == str(row["page_id"]) or page_id not in held:
            held.add(page_id)
            there = Page(page_id, secrets.hide(url), "canonical", now, row["born_at"])
            settled.rows.append(waiting_row(there))
            settled.pages = [one for one in settled.pages if one.page_id != page_id] + [there]
