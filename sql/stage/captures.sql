-- The captures of a batch. Grain: one capture.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"capture_id": "UUID", "url": "VARCHAR", "final_url": "VARCHAR", "fetched_at": "TIMESTAMPTZ",
           "http_status": "INTEGER", "media_type": "VARCHAR", "payload_sha256": "VARCHAR",
           "warc_file": "VARCHAR", "warc_offset": "BIGINT"}]'
    )) as r
) as rows_given;
