-- The entries that polls brought and that no poll had brought before. Grain: one entry.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"entry_id": "UUID", "feed_id": "UUID", "feed_url": "VARCHAR", "entry_key": "VARCHAR", "url": "VARCHAR",
           "page_id": "UUID", "title": "VARCHAR", "published_at": "TIMESTAMPTZ", "first_seen_at": "TIMESTAMPTZ"}]'
    )) as r
) as rows_given;
