"""Subscriptions: the rows of `feeds` as people add, name and change them. Polls belong to the stream.

A feed is held once, however its address is spelt: by the key of its address, by the addresses that it answers
under or calls its own, by where it used to be (its id stays when it moves), and by what it lists. Addresses
with secrets stand in the tables with the secrets hidden (acquire/secrets.py).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

import duckdb

from pipeline.acquire.discovery import FEWEST_SHARED, SHARED_ENTRIES, feed_key
from pipeline.acquire.redact import redact, redact_text
from pipeline.acquire.schedule import new_feed
from pipeline.acquire.secrets import Secrets, secrets_of
from pipeline.clean.addresses import publisher_of
from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.warehouse.live_rows import page_id_of
from pipeline.warehouse.publish import table_names
from pipeline.warehouse.run_sql import run_file
from pipeline.warehouse.sql_files import read_sql
from pipeline.warehouse.transaction import transaction

Change = Literal["pause", "resume", "remove"]
CANDIDATES = 3  # feeds named in a message


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feed to subscribe.

    `aliases`: other addresses that it answered under or calls its own; `entries`: the addresses that it
    lists. Both are empty where nobody asked.
    """

    feed_url: str
    title: str | None = None
    language: str | None = None
    category: str | None = None
    aliases: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A subscribed feed. `feed_url` as the tables hold it, secrets hidden; `address` to ask for."""

    feed_id: str
    feed_url: str
    title: str | None
    category: str | None
    language: str | None
    kind: str | None
    status: str
    failures: int
    moved_to: str | None
    address: str

    @property
    def is_secret(self) -> bool:
        """Whether its address has secrets in it."""
        return self.address != self.feed_url or redact(self.feed_url) != self.feed_url


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a wanted feed ended: at a new row, or at one that was there."""

    wanted: Wanted
    held: Held
    is_new: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A feed that was named; whether anything changed; how many entries of it are kept (of one removed)."""

    held: Held
    is_changed: bool
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """How things stand: feeds by health, entries without an article by state, when a feed was last asked."""

    feeds: dict[str, int]
    missing: dict[str, int]
    last_polled_at: datetime | None


def has_feeds(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the tables are of a version that knows feeds: a reader does not bring them up to date."""
    return "feeds" in table_names(connection)


def read_held(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Held]:
    """The subscribed feeds in the order in which they were added."""
    return _read_held(connection, secrets_of(settings))


def _read_held(connection: duckdb.DuckDBPyConnection, secrets: Secrets) -> list[Held]:
    rows = connection.execute(read_sql("feeds/held.sql")).fetchall()
    return [Held(*(*row, secrets.reveal(row[1]))) for row in rows]


def add_feeds(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    wanted: Iterable[Wanted],
    now: datetime,
    on_wait: Callable[[], None],
) -> list[Placed]:
    """Subscribe what is not there yet, in one transaction, due at once. Returns all in their order."""
    secrets = secrets_of(settings)
    with transaction(connection, settings, on_wait):
        known = by_key(_read_held(connection, secrets))
        placed = [_place(connection, one, known, secrets, now) for one in wanted]
        rows = [_row(one, now) for one in placed if one.is_new]
        if rows:
            secrets.save()
            run_file(connection, "feeds/add.sql", {"rows": json.dumps(rows)})
    return placed


def by_key(held: Iterable[Held]) -> dict[str, Held]:
    """Feeds by id and by every key under which they are known."""
    known: dict[str, Held] = {}
    for one in held:
        for key in (one.feed_id, *_keys(one.address, one.feed_url, one.moved_to or "")):
            known.setdefault(key, one)
    return known


def _keys(*urls: str) -> list[str]:
    return [feed_key(url) for url in urls if url]


def _place(
    connection: duckdb.DuckDBPyConnection,
    wanted: Wanted,
    known: dict[str, Held],
    secrets: Secrets,
    now: datetime,
) -> Placed:
    """Find a wanted feed among the known ones, or make it one of them."""
    stored = secrets.hide(wanted.feed_url)
    state = new_feed(stored, now)
    keys = (state.feed_id, *_keys(wanted.feed_url, *wanted.aliases))
    there = next((known[key] for key in keys if key in known), None) or _same_entries(
        connection, wanted, known
    )
    if there is not None:
        return Placed(wanted, there, is_new=False)
    said = (_title(wanted), wanted.category, wanted.language)
    made = Held(state.feed_id, stored, *said, None, state.status, 0, None, wanted.feed_url)
    known.update(dict.fromkeys(keys, made))
    return Placed(wanted, made, is_new=True)


def _title(wanted: Wanted) -> str | None:
    """The title, if it is one: lists put the address there, with all its secrets, where they know none."""
    if wanted.title is None or feed_key(wanted.title) == feed_key(wanted.feed_url):
        return None
    return redact_text(wanted.title)


def _same_entries(
    connection: duckdb.DuckDBPyConnection, wanted: Wanted, known: Mapping[str, Held]
) -> Held | None:
    if len(wanted.entries) < FEWEST_SHARED:
        return None
    asked = {
        "page_ids": json.dumps([page_id_of(url) for url in wanted.entries]),
        "fewest": FEWEST_SHARED,
        "share": SHARED_ENTRIES,
    }
    found = connection.execute(read_sql("feeds/same_entries.sql"), asked).fetchone()
    return known[found[0]] if found else None


def _row(placed: Placed, now: datetime) -> dict[str, object]:
    state, wanted = new_feed(placed.held.feed_url, now), placed.wanted
    return {
        "feed_id": state.feed_id,
        "feed_url": state.feed_url,
        "title": placed.held.title,
        "publisher": publisher_of(wanted.feed_url),
        "language": wanted.language,
        "category": wanted.category,
        "status": state.status,
        "next_poll_at": state.next_poll_at.isoformat(),
        "interval_seconds": state.interval_seconds,
        "added_at": now.isoformat(),
    }


def change_feeds(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    names: Sequence[str],
    change: Change,
    now: datetime,
    on_wait: Callable[[], None],
) -> list[Changed]:
    """Pause, resume or remove the feeds that are named, in one transaction.

    Raises UsageError where a name means none of them; then nothing is changed.
    """
    secrets = secrets_of(settings)
    with transaction(connection, settings, on_wait):
        held = _read_held(connection, secrets)
        meant = {one.feed_id: one for name in names for one in named(held, name)}
        asked: dict[str, object] = {"feed_ids": list(meant), "now": now}
        kept = _count_entries(connection, list(meant)) if change == "remove" else {}
        run_file(connection, f"feeds/{change}.sql", asked)
    return [Changed(one, _would_change(one, change), kept.get(one.feed_id, 0)) for one in meant.values()]


def _count_entries(connection: duckdb.DuckDBPyConnection, feed_ids: list[str]) -> dict[str, int]:
    found = connection.execute(read_sql("feeds/entry_counts.sql"), {"feed_ids": feed_ids})
    return dict(found.fetchall())


def _would_change(held: Held, change: Change) -> bool:
    if change == "pause":
        return held.status != "paused"
    return change == "remove" or held.status != "active" or held.failures > 0


def named(held: Sequence[Held], name: str) -> list[Held]:
    """The feed that a name means: its address in any spelling, or a part of it that no other has.

    A list, as a feed that moved may have come to the address of another one. Raises UsageError.
    """
    exact = [one for one in held if {feed_key(name), name} & {feed_key(one.address), one.feed_url}]
    if exact:
        return exact
    parts = [one for one in held if name.lower() in one.feed_url.lower()]
    if len(parts) == 1:
        return parts
    shown = redact(name)
    if parts:
        raise UsageError(f"{shown}: {len(parts)} feeds have this in their address ({_few(parts)}); give more")
    close = get_close_matches(feed_key(name), [feed_key(one.feed_url) for one in held], n=CANDIDATES)
    near = [one for one in held if feed_key(one.feed_url) in close]
    hint = f"did you mean {_few(near)}?" if near else "`newsflow feeds list` shows those that are"
    raise UsageError(f"{shown}: no such feed is subscribed; {hint}")


def _few(held: Sequence[Held]) -> str:
    more = " ..." if len(held) > CANDIDATES else ""
    return ", ".join(one.feed_url for one in held[:CANDIDATES]) + more


def read_listed(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """The subscribed feeds and how they are, those in trouble first, by column name."""
    found = connection.execute(read_sql("feeds/listed.sql"))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def count_live(connection: duckdb.DuckDBPyConnection) -> Live | None:
    """How things stand; None where there are no feeds."""
    if not has_feeds(connection):
        return None
    health = dict(connection.execute(read_sql("feeds/health.sql")).fetchall())
    if not health:
        return None
    gaps = dict(connection.execute(read_sql("feeds/gaps.sql")).fetchall())
    latest = connection.execute("select max(last_polled_at) from feeds").fetchone()
    return Live(health, gaps, latest[0] if latest else None)
