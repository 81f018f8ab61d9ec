-- The attempts at pages of a manifest, their items not examined yet. Grain: one attempt at one page.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"page_id": "UUID", "url": "VARCHAR", "attempted_at": "TIMESTAMPTZ", "cause": "VARCHAR",
           "outcome": "VARCHAR", "http_status": "INTEGER", "detail": "VARCHAR", "failures": "INTEGER",
           "checks": "INTEGER", "next_at": "TIMESTAMPTZ", "born_at": "TIMESTAMPTZ", "capture_id": "UUID",
           "payload_sha256": "VARCHAR", "etag": "VARCHAR", "last_modified": "VARCHAR",
           "training_opt_outs": ["VARCHAR"], "check_at": "TIMESTAMPTZ"}]'
    )) as r
) as rows_given;
