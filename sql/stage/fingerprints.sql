-- The sampled shingle hashes of a batch. Grain: one hash of one capture's text.
select r.capture_id, unnest(r.hashes) as hash
from (
    select unnest(from_json($rows, '[{"capture_id": "UUID", "hashes": ["UBIGINT"]}]')) as r
) as rows_given;
