-- The hashes that this batch made boilerplate, handed over as JSON. Grain: one hash.
insert into boilerplate (hash, since_at)
select hash, since_at
from (select unnest(from_json($boilerplate, '[{"hash": "UBIGINT", "since_at": "TIMESTAMPTZ"}]'), recursive := true))
order by hash;
