-- What polls made of their feeds. Grain: one feed.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"feed_id": "UUID", "feed_url": "VARCHAR", "title": "VARCHAR", "language": "VARCHAR", "kind": "VARCHAR",
           "status": "VARCHAR", "etag": "VARCHAR", "last_modified": "VARCHAR", "body_sha256": "VARCHAR",
           "next_poll_at": "TIMESTAMPTZ", "interval_seconds": "INTEGER", "failures": "INTEGER",
           "last_failure": "VARCHAR", "last_polled_at": "TIMESTAMPTZ", "last_success_at": "TIMESTAMPTZ",
           "last_new_at": "TIMESTAMPTZ", "moved_to": "VARCHAR", "moved_times": "INTEGER", "ttl_seconds": "INTEGER",
           "sy_seconds": "INTEGER", "skip_hours": ["INTEGER"], "skip_days": ["INTEGER"]}]'
    )) as r
) as rows_given;
