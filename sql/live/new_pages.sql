-- Pages of entries that were never asked for: a run was stopped or killed before. Grain: one page.
select
    e.page_id::varchar as page_id,
    arg_min(e.url, e.first_seen_at) as url,
    'entry' as cause,
    min(e.first_seen_at) as due_at,
    min(least(coalesce(e.published_at, e.first_seen_at), e.first_seen_at)) as born_at,
    0 as failures,
    0 as checks,
    null::varchar as etag,
    null::varchar as last_modified,
    null::varchar as payload_sha256
from entries as e
anti join fetches as f on e.page_id = f.page_id
group by e.page_id
order by due_at
limit $most;
