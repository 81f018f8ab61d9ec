-- The latest loads. Grain: one batch.
select loaded_at, kind, source, items, loaded, revised, unchanged, duplicate_url, rejected
from batches
order by loaded_at desc, batch_id
limit 10;
