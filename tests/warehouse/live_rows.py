"""Rows of live ingestion as the stream would write them, placed in time by hours before now."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import duckdb

from pipeline.warehouse.live_rows import page_id_of

NAMES = UUID("2f6c0f0e-36a1-5f0e-9a5b-0d4f2a1c7b11")


def feed_id(number: int) -> str:
    return str(uuid5(NAMES, f"feed {number}"))


def page_id(number: int, feed: int = 0) -> str:
    return page_id_of(f"https://{feed}.example/{number}")


def capture_id(number: int) -> str:
    return str(uuid5(NAMES, f"capture {number}"))


class Rows:
    """Writes rows of feeds, entries, fetches and captures; times are hours before the moment it was made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._now = datetime.now(UTC)

    def at(self, hours: float) -> datetime:
        return self._now - timedelta(hours=hours)

    def feed(self, number: int, **given: object) -> None:
        row: dict[str, object] = {
            "feed_id": feed_id(number),
            "feed_url": f"https://{number}.example/rss",
            "title": f"Feed {number}",
            "publisher": f"{number}.example",
            "status": "active",
            "next_poll_at": self.at(-1),
            "interval_seconds": 1800,
            "failures": 0,
            "last_polled_at": self.at(0.5),
            "moved_times": 0,
            "skip_hours": [],
            "skip_days": [],
            "added_at": self.at(24 * 60),
        }
        self._insert("feeds", [row | given])

    def entry(self, number: int, feed: int, hours: float = 2.0, url: str | None = None) -> None:
        self.entries(feed, [hours], first=number, url=url)

    def entries(self, feed: int, hours: list[float], first: int = 0, url: str | None = None) -> None:
        """Entries of one feed, first seen so many hours ago; each with a page of its own number."""
        rows: list[dict[str, object]] = [
            {
                "entry_id": str(uuid5(NAMES, f"entry {feed} {number}")),
                "feed_id": feed_id(feed),
                "feed_url": f"https://{feed}.example/rss",
                "entry_key": f"key {number}",
                "url": url or f"https://{feed}.example/{number}",
                "page_id": page_id(number, feed) if url is None else page_id_of(url),
                "title": f"Entry {number}",
                "first_seen_at": self.at(ago),
            }
            for number, ago in enumerate(hours, first)
        ]
        self._insert("entries", rows)

    def fetch(
        self, page: int, outcome: str, hours: float = 1.0, next_at: float | None = None, **given: object
    ) -> None:
        """An attempt at a page `hours` ago; `next_at` in hours from now."""
        row: dict[str, object] = {
            "page_id": page_id_of(str(given["url"])) if "url" in given else page_id(page),
            "url": f"https://0.example/{page}",
            "attempted_at": self.at(hours),
            "cause": "entry",
            "outcome": outcome,
            "failures": 0 if outcome in ("fetched", "same", "unchanged", "waiting") else 5,
            "checks": 0,
            "next_at": None if next_at is None else self.at(-next_at),
            "born_at": self.at(hours + 1),
            "training_opt_outs": [],
        }
        self._insert("fetches", [row | given])

    def capture(self, number: int, rejected: str | None = None) -> str:
        """A capture that was loaded, or rejected for a reason; returns its id."""
        key = capture_id(number)
        row: dict[str, object] = {
            "capture_id": key,
            "fetched_at": self.at(1),
            "media_type": "text/html",
            "payload_sha256": "0" * 64,
            "warc_file": "none",
            "warc_offset": 0,
            "disposition": "rejected" if rejected else "loaded",
            "article_id": None if rejected else str(uuid5(NAMES, f"article {number}")),
            "batch_id": "batch",
        }
        self._insert("captures", [row])
        if rejected:
            why = {"item_key": key, "batch_id": "batch", "stage": "clean", "reason": rejected}
            self._insert("rejects", [why | {"detail": "one line", "rejected_at": self.at(1)}])
        return key

    def _insert(self, table: str, rows: list[dict[str, object]]) -> None:
        """Rows by name, each column with the type that the table gives it."""
        if not rows:
            return
        described = self.connection.execute(f"describe {table}").fetchall()
        types = {row[0]: row[1] for row in described if row[0] in rows[0]}
        names = ", ".join(types)
        shape = json.dumps([types])
        self.connection.execute(
            f"insert into {table} ({names}) select {', '.join(f'r.{name}' for name in types)} "
            f"from (select unnest(from_json($rows, $shape)) as r)",
            {"rows": json.dumps(rows, default=str), "shape": shape},
        )


def quarantine(rows: Rows) -> None:
    """Four pages in quarantine, three after timeouts 1, 5 and 9 hours ago; three others are none."""
    for number, host in enumerate(("a.example", "www.a.example", "b.example")):
        url = f"https://{host}/{number}"
        rows.entry(number, 0, url=url)
        rows.fetch(number, "fetched", hours=19, checks=1, url=url)
        rows.fetch(number, "timeout", hours=4 * number + 1, checks=1, url=url, etag="e")
    rows.entry(3, 0, url="https://c.example/3")
    rows.fetch(3, "not_found", hours=40, url="https://c.example/3")
    rows.fetch(4, "timeout", hours=1, next_at=1.0, url="https://a.example/later")
    rows.fetch(5, "fetched", hours=1, url="https://a.example/done")
    rows.fetch(6, "too_large", hours=1, failures=0, url="https://a.example/refused")
