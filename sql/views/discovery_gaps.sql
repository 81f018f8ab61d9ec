-- One entry that was seen and is not in `articles`: why, and since when.
create or replace view discovery_gaps as
with attempts as (
    select
        page_id,
        arg_max(
            struct_pack(outcome := outcome, detail := detail, failures := failures, next_at := next_at), attempted_at
        ) as latest,
        max(attempted_at) as attempted_at,
        arg_max(capture_id, attempted_at) filter (where capture_id is not null) as capture_id
    from fetches
    group by page_id
),

told as (
    -- What a payload was refused for says why only while the page answers.
    select
        a.page_id,
        a.attempted_at,
        a.latest.outcome as outcome,
        a.latest.next_at as next_at,
        a.latest.failures > 0 as has_failed,
        case
            when a.latest.failures > 0 or a.latest.outcome = 'waiting' then null
            when a.latest.outcome not in ('fetched', 'same', 'unchanged') then a.latest.outcome
            else r.reason
        end as refused_for,
        case when a.latest.failures > 0 then a.latest.detail else coalesce(a.latest.detail, r.detail) end as detail
    from attempts as a
    left join rejects as r on a.capture_id::varchar = r.item_key
),

-- A page whose first capture became an article is no gap, whatever its later checks brought.
articles_of_pages as (
    select distinct f.page_id
    from fetches as f
    inner join captures as c on f.capture_id = c.capture_id
    where c.article_id is not null
)

select
    e.entry_id, -- The entry.
    e.feed_url, -- The feed that listed it.
    e.url, -- Its page.
    e.title, -- Its title in the feed.
    e.first_seen_at, -- Since when it is known, UTC.
    case
        when t.refused_for is not null then 'rejected'
        when t.has_failed and t.next_at is not null then 'retrying'
        when t.has_failed then 'quarantined'
        else 'waiting'
    end as state, -- waiting (not tried yet, or not loaded yet), retrying, quarantined (tried enough; see newsflow retry) or rejected (see rejects).
    coalesce(t.refused_for, t.outcome, 'waiting') as reason, -- The failure of the latest attempt, or the reason in rejects.
    t.detail, -- One line about it.
    t.attempted_at, -- When it was last tried, UTC.
    t.next_at -- When it is tried again, UTC; null for never.
from entries as e
anti join articles_of_pages as got on e.page_id = got.page_id
left join told as t on e.page_id = t.page_id;
