-- Feeds that are subscribed no more; their entries and polls stay. Grain: one feed.
delete from feeds where list_contains($feed_ids::uuid[], feed_id);
