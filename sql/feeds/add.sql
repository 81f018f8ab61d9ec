-- New subscriptions, handed over as JSON, into `feeds`. Grain: one feed.
insert into feeds (
    feed_id, feed_url, title, publisher, language, kind, category, status, etag, last_modified, body_sha256,
    next_poll_at, interval_seconds, failures, last_failure, last_polled_at, last_success_at, last_new_at, moved_to,
    moved_times, ttl_seconds, sy_seconds, skip_hours, skip_days, added_at
)
with given as (
    select unnest(from_json(
        $rows,
        '[{
            "feed_id": "UUID", "feed_url": "VARCHAR", "title": "VARCHAR", "publisher": "VARCHAR",
            "language": "VARCHAR", "category": "VARCHAR", "status": "VARCHAR", "next_poll_at": "TIMESTAMPTZ",
            "interval_seconds": "INTEGER", "added_at": "TIMESTAMPTZ"
        }]'
    )) as r
)

select
    r.feed_id, r.feed_url, r.title, r.publisher, r.language, null, r.category, r.status, null, null, null,
    r.next_poll_at, r.interval_seconds, 0, null, null, null, null, null,
    0, null, null, [], [], r.added_at
from given;
