-- The pages in quarantine that are meant: their latest attempt failed, and none is planned; a parameter that is null
-- asks for nothing. Grain: one page.
create or replace temp table quarantined as
with latest as (
    select page_id, max_by(f, attempted_at) as f
    from fetches as f
    group by page_id
),

failed as (
    select
        page_id, f.url, f.attempted_at, f.outcome, f.checks, f.born_at, f.payload_sha256, f.etag, f.last_modified,
        f.training_opt_outs,
        regexp_extract(lower(f.url), '^https?://(?:[^/?#]*@)?([^/:?#]+)', 1) as host
    from latest
    where f.next_at is null and f.failures > 0
)

select q.*
from failed as q
where
    ($reasons is null or list_contains($reasons::varchar[], q.outcome))
    and ($host is null or q.host = $host or ends_with(q.host, '.' || $host))
    and ($since is null or q.attempted_at >= $since::timestamptz)
    and (
        $page_ids is null
        or list_contains($page_ids::uuid[], q.page_id)
        or list_contains($urls::varchar[], split_part(q.url, '#', 1))
    );
