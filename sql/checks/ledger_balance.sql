-- Batches whose counts do not sum to their items, or differ from the rows that name the batch.
with found as (
    select batch_id, disposition from captures
    union all
    select r.batch_id, 'rejected'
    from rejects as r
    anti join captures as c on r.item_key = c.capture_id::varchar
),

counted as (
    select
        batch_id,
        count(*) as items,
        count(*) filter (where disposition = 'loaded') as loaded,
        count(*) filter (where disposition = 'revised') as revised,
        count(*) filter (where disposition = 'unchanged') as unchanged,
        count(*) filter (where disposition = 'duplicate_url') as duplicate_url,
        count(*) filter (where disposition = 'rejected') as rejected
    from found
    group by batch_id
)

select b.batch_id, b.items, c.items as rows_found
from batches as b
left join counted as c on b.batch_id = c.batch_id
where
    b.items != b.loaded + b.revised + b.unchanged + b.duplicate_url + b.rejected
    or (b.items, b.loaded, b.revised, b.unchanged, b.duplicate_url, b.rejected)
    is distinct from (c.items, c.loaded, c.revised, c.unchanged, c.duplicate_url, c.rejected);
