-- Feeds that are not asked any more until they are resumed. Grain: one feed.
update feeds set status = 'paused'
where list_contains($feed_ids::uuid[], feed_id) and status != 'paused';
