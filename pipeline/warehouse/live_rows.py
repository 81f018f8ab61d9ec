"""Rows of feeds, entries, polls and fetches: read for a watch, and written as one batch stages them.

Validators are bytes; the tables hold them as Latin-1, which is one character a byte.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import duckdb

from pipeline.acquire.records import Failed, Failure, FeedEntry, FeedHints, FeedState, Fetched, Page
from pipeline.acquire.redact import redact_text
from pipeline.acquire.results import GOOD, PageResult, Polled
from pipeline.clean.addresses import clean_url, url_key
from pipeline.records import Item, Refusal
from pipeline.warehouse.sql_files import read_sql

Row = dict[str, Any]
DETAIL_CHARS = 300
ENTRIES = UUID("b2b1a9f2-2c0d-5b7c-8f0e-6a1d9c3e7b10")
PAGES = UUID("c0c7d1a4-91f4-5f0e-a0c5-2f3b8d6e4a21")
LONGEST_WAIT = timedelta(days=9)  # of a page; see acquire/retries.py
LONGEST_REST = timedelta(days=1)  # of a host; see acquire/schedule.py


@dataclass(slots=True)
class LiveRows:
    """What one batch of live ingestion brings to its four tables."""

    feeds: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    polls: list[Row] = field(default_factory=list)
    fetches: list[Row] = field(default_factory=list)

    def by_table(self) -> dict[str, list[Row]]:
        """The rows by the name of their table."""
        return {"feeds": self.feeds, "entries": self.entries, "polls": self.polls, "fetches": self.fetches}


def page_id_of(url: str) -> str:
    """The page that an address leads to: views of it and tracking parameters make no other one."""
    return str(uuid5(PAGES, url_key(url) or url))


def page_url(url: str) -> str:
    """The address to ask for: without fragment and tracking parameters."""
    return clean_url(url) or url


def entry_id_of(feed_id: str, entry: FeedEntry) -> str:
    """The id of an entry."""
    return str(uuid5(ENTRIES, f"{feed_id}\n{entry.entry_key}"))


def feed_row(state: FeedState) -> Row:
    """A feed's state as its row."""
    return {
        "feed_id": state.feed_id,
        "feed_url": state.feed_url,
        "title": state.title,
        "language": state.language,
        "kind": state.kind,
        "status": state.status,
        "etag": as_text(state.etag),
        "last_modified": as_text(state.last_modified),
        "body_sha256": state.body_sha256,
        "next_poll_at": state.next_poll_at,
        "interval_seconds": state.interval_seconds,
        "failures": state.failures,
        "last_failure": state.last_failure,
        "last_polled_at": state.last_polled_at,
        "last_success_at": state.last_success_at,
        "last_new_at": state.last_new_at,
        "moved_to": state.moved_to,
        "moved_times": state.moved_times,
        "ttl_seconds": state.hints.ttl_seconds,
        "sy_seconds": state.hints.sy_seconds,
        "skip_hours": sorted(state.hints.skip_hours),
        "skip_days": sorted(state.hints.skip_days),
    }


def poll_row(poll: Polled, new_entries: int, state: FeedState, place: tuple[str, int] | None) -> Row:
    """One poll; `place`: file and offset of the record of its answer."""
    answer = poll.answer
    is_answer = isinstance(answer, Fetched) or poll.outcome is Failure.malformed
    return {
        "feed_id": poll.feed.feed_id,
        "polled_at": poll.at,
        "outcome": str(poll.outcome),
        "http_status": answer.hops[-1].status if answer.hops and is_answer else None,
        "detail": _detail(answer),
        "entries": len(poll.entries),
        "new_entries": new_entries,
        "seconds": answer.seconds if isinstance(answer, Fetched) else 0.0,
        "next_poll_at": state.next_poll_at,
        "warc_file": place[0] if place else None,
        "warc_offset": place[1] if place else None,
    }


def fetch_row(result: PageResult, after: Page, next_at: datetime | None) -> Row:
    """One attempt; `after`: the page as it stands now, `next_at`: when it is tried or checked again."""
    answer, found = result.answer, result.found
    outcome, detail = str(result.outcome), _detail(answer)
    if isinstance(found, Refusal) and outcome in GOOD:
        outcome, detail = found.dropped.reason.value, redact_text(found.dropped.detail)
    return {
        "page_id": after.page_id,
        "url": after.url,
        "attempted_at": answer.fetched_at,
        "cause": after.cause,
        "outcome": outcome,
        "http_status": answer.status if isinstance(answer, Fetched) else None,
        "detail": detail,
        "failures": after.failures,
        "checks": after.checks,
        "next_at": next_at,
        "born_at": after.born_at,
        "capture_id": found.capture.capture_id if isinstance(found, Item) else None,
        "payload_sha256": after.payload_sha256,
        "etag": as_text(after.etag),
        "last_modified": as_text(after.last_modified),
        "training_opt_outs": list(result.training_opt_outs),
    }


def waiting_row(page: Page) -> Row:
    """The decision to try a page when it is due."""
    return {
        "page_id": page.page_id,
        "url": page.url,
        "attempted_at": page.due_at,
        "cause": page.cause,
        "outcome": "waiting",
        "failures": 0,
        "checks": page.checks,
        "next_at": page.due_at,
        "born_at": page.born_at,
        "training_opt_outs": [],
    }


def _detail(answer: Fetched | Failed) -> str | None:
    return redact_text(answer.detail)[:DETAIL_CHARS] if isinstance(answer, Failed) else None


def page_of(row: Row) -> Page:
    """The page of a fetch's row that says when there is another attempt."""
    names = ("page_id", "url", "cause", "born_at", "failures", "checks")
    said = {name: row[name] for name in names} | {"payload_sha256": row["payload_sha256"]}
    return _page_of(
        said | {"due_at": row["next_at"], "etag": row["etag"], "last_modified": row["last_modified"]}
    )


def read_feeds(connection: duckdb.DuckDBPyConnection) -> list[FeedState]:
    """All feeds, whatever their status."""
    return [_feed_of(row) for row in _rows(connection, "live/feeds.sql", {})]


def _feed_of(row: Row) -> FeedState:
    hints = FeedHints(
        row.pop("ttl_seconds"),
        frozenset(row.pop("skip_hours")),
        frozenset(row.pop("skip_days")),
        row.pop("sy_seconds"),
    )
    row["last_failure"] = Failure(row["last_failure"]) if row["last_failure"] else None
    return FeedState(**_with_bytes(row), hints=hints)


def read_due_pages(
    connection: duckdb.DuckDBPyConnection, now: datetime, until: datetime, most: int
) -> list[Page]:
    """Pages to be tried or checked again until a time, the most overdue first."""
    given = {"since": now - LONGEST_WAIT, "until": until, "most": most}
    return [_page_of(row) for row in _rows(connection, "live/due_pages.sql", given)]


def read_new_pages(connection: duckdb.DuckDBPyConnection, most: int) -> list[Page]:
    """Pages of entries that were never asked for, the longest known first."""
    return [_page_of(row) for row in _rows(connection, "live/new_pages.sql", {"most": most})]


def _page_of(row: Row) -> Page:
    return Page(**_with_bytes(row))


def read_rests(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[tuple[str, datetime]]:
    """Addresses whose hosts said 429 or 503, and until when nothing is asked of them."""
    rows = _rows(connection, "live/rests.sql", {"since": now - LONGEST_REST, "now": now})
    return [(row["url"], row["until"]) for row in rows]


def known_entries(connection: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> set[str]:
    """Those of the entries that the tables hold already."""
    return _known(connection, "live/known_entries.sql", ids)


def known_pages(connection: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> set[str]:
    """Those of the pages that an entry named, or that were asked for."""
    return _known(connection, "live/known_pages.sql", ids)


def _known(connection: duckdb.DuckDBPyConnection, name: str, ids: Iterable[str]) -> set[str]:
    asked = list(ids)
    if not asked:
        return set()
    return {row[0] for row in connection.execute(read_sql(name), {"ids": json.dumps(asked)}).fetchall()}


def _rows(connection: duckdb.DuckDBPyConnection, name: str, given: Row) -> list[Row]:
    found = connection.execute(read_sql(name), given)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _with_bytes(row: Row) -> Row:
    return row | {name: as_bytes(row[name]) for name in ("etag", "last_modified")}


def as_text(value: bytes | None) -> str | None:
    """A header's bytes as the tables hold them."""
    return None if value is None else value.decode("latin-1")


def as_bytes(value: str | None) -> bytes | None:
    """A header as it came."""
    return None if value is None else value.encode("latin-1")
