-- The polls of a batch. Grain: one poll of one feed.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"feed_id": "UUID", "polled_at": "TIMESTAMPTZ", "outcome": "VARCHAR", "http_status": "INTEGER",
           "detail": "VARCHAR", "entries": "INTEGER", "new_entries": "INTEGER", "seconds": "DOUBLE",
           "next_poll_at": "TIMESTAMPTZ", "warc_file": "VARCHAR", "warc_offset": "BIGINT"}]'
    )) as r
) as rows_given;
