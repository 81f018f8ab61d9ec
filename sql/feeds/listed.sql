-- The subscribed feeds and how they are, those in trouble first. Grain: one feed.
select
    h.health, h.title, h.last_success_at, h.failures, h.last_failure, h.next_poll_at, h.interval_seconds,
    h.entries_last_day, h.entries_normal_day, h.last_new_at, h.last_polled_at, f.status, f.kind, f.category,
    f.language, h.publisher, f.added_at, h.feed_url, h.feed_id
from feed_health as h
inner join feeds as f on h.feed_id = f.feed_id
order by
    list_position(['failing', 'gone', 'silent', 'late', 'low', 'high', 'new', 'well', 'paused'], h.health),
    lower(coalesce(h.title, h.publisher)), h.feed_url;
