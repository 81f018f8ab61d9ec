-- The decision to try the pages of `quarantined` again at once. Grain: one page.
insert into fetches (
    page_id, url, attempted_at, cause, outcome, http_status, detail, failures, checks, next_at, born_at,
    capture_id, payload_sha256, etag, last_modified, training_opt_outs
)
select
    page_id, url, greatest($now::timestamptz, attempted_at + interval 1 microsecond), 'retry', 'waiting', null, null, 0,
    checks, $now::timestamptz, born_at, null, payload_sha256, etag, last_modified, training_opt_outs
from quarantined;
