-- The subscribed feeds, as commands name and show them. Grain: one feed.
select feed_id::varchar as feed_id, feed_url, title, category, language, kind, status, failures, moved_to
from feeds
order by added_at, feed_url;
