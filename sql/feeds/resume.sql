-- Feeds that are asked again at once, as if they had never failed. Those that are well are left to their time.
-- Grain: one feed.
update feeds set status = 'active', next_poll_at = $now::timestamptz, failures = 0, last_failure = null
where list_contains($feed_ids::uuid[], feed_id) and (status != 'active' or failures > 0);
