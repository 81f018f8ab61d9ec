-- Pages to be tried or checked again until a time. What lies further back than $since decides nothing any more: the
-- longest wait is a week. Grain: one page.
with due as (
    select *
    from fetches
    where attempted_at >= $since and next_at <= $until
),

latest as (
    select f.page_id, max(f.attempted_at) as attempted_at
    from fetches as f
    semi join due as d on f.page_id = d.page_id
    where f.attempted_at >= $since
    group by f.page_id
)

select
    d.page_id::varchar as page_id, d.url, d.cause, d.next_at as due_at, d.born_at, d.failures, d.checks, d.etag,
    d.last_modified, d.payload_sha256
from due as d
inner join latest as l on d.page_id = l.page_id and d.attempted_at = l.attempted_at
order by d.next_at
limit $most;
