-- The batch itself. Grain: one row.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"batch_id": "VARCHAR", "kind": "VARCHAR", "source": "VARCHAR", "started_at": "TIMESTAMPTZ"}]'
    )) as r
) as rows_given;
