-- The feeds, for polling. Grain: one feed.
select
    feed_id::varchar as feed_id, feed_url, etag, last_modified, body_sha256, next_poll_at, interval_seconds, failures,
    last_failure, status, last_polled_at, last_success_at, last_new_at, moved_to, moved_times, kind, title, language,
    ttl_seconds, sy_seconds, skip_hours, skip_days
from feeds;
