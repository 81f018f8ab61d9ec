-- The subscribed feed that lists what another document lists: each has most of what the other has since the oldest
-- entry that they share. A feed of one section is a part of the main one, and not the same. Grain: one feed, or none.
with ours as (
    select distinct unnest(from_json($page_ids, '["UUID"]')) as page_id
),

theirs as (
    select
        e.feed_id,
        e.page_id,
        min(coalesce(e.published_at, e.first_seen_at)) as ordered_at
    from entries as e
    inner join feeds as f on e.feed_id = f.feed_id
    group by e.feed_id, e.page_id
),

shared as (
    select t.feed_id, count(*) as entries, min(t.ordered_at) as since
    from theirs as t
    inner join ours as o on t.page_id = o.page_id
    group by t.feed_id
    having count(*) >= $fewest
)

select s.feed_id::varchar as feed_id
from shared as s
inner join theirs as t on s.feed_id = t.feed_id and t.ordered_at >= s.since
group by s.feed_id, s.entries
having s.entries >= $share * greatest(count(*), (select count(*) from ours))
order by s.entries desc, s.feed_id
limit 1;
