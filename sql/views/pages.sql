-- One page that was asked for, or is to be: its latest attempt.
create or replace view pages as
select
    page_id, -- The page; see entries.page_id.
    url, -- The address that was asked last, or is asked next.
    attempted_at, -- When the latest answer was complete, or given up, UTC.
    cause, -- entry, canonical or retry; see fetches.cause.
    outcome, -- fetched, same, unchanged, waiting, or the failure.
    http_status, -- The status of the latest answer.
    detail, -- One line about a failure.
    failures, -- Failed attempts in a row.
    checks, -- Good answers so far.
    next_at, -- When it is tried or checked again, UTC; null for never.
    capture_id, -- The capture that the latest attempt brought.
    training_opt_outs -- How the publisher says no to training.
from fetches
qualify row_number() over (partition by page_id order by attempted_at desc) = 1;
