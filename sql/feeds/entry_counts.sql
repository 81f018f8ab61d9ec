-- How many entries the feeds named have brought. Grain: one feed that has any.
select feed_id::varchar as feed_id, count(*) as entries
from entries
where list_contains($feed_ids::uuid[], feed_id)
group by feed_id;
