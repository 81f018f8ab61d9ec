"""Quarantined pages, which failed too often to be tried by themselves, and the decision to try them again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.acquire.redact import redact
from pipeline.settings import Settings
from pipeline.warehouse.live_rows import page_id_of
from pipeline.warehouse.run_sql import run_file
from pipeline.warehouse.transaction import transaction


@dataclass(frozen=True, slots=True)
class Meant:
    """Which quarantined pages: all where nothing is said.

    `reasons`: outcomes of the latest attempt; `host` with its subdomains; `since`: tried last then or later;
    `urls`: pages, by any address of theirs.
    """

    reasons: tuple[str, ...] = ()
    host: str | None = None
    since: datetime | None = None
    urls: tuple[str, ...] = ()


def find_quarantined(connection: duckdb.DuckDBPyConnection, meant: Meant) -> Counter[str]:
    """Note the pages in the temporary table `quarantined`; returns how many by reason."""
    asked = {
        "reasons": list(meant.reasons) or None,
        "host": meant.host,
        "since": meant.since,
        "page_ids": [page_id_of(url) for url in meant.urls] or None,
        "urls": [redact(url) for url in meant.urls],
    }
    run_file(connection, "feeds/quarantined.sql", asked)
    found = connection.execute("select outcome, count(*) from temp.quarantined group by outcome").fetchall()
    return Counter(dict(found))


def retry_quarantined(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    meant: Meant,
    now: datetime,
    on_wait: Callable[[], None],
) -> Counter[str]:
    """Make the pages due, in one transaction; returns how many by reason. A second call finds none."""
    with transaction(connection, settings, on_wait):
        counts = find_quarantined(connection, meant)
        if counts:
            run_file(connection, "feeds/retry.sql", {"now": now})
    return counts
