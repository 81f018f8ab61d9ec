-- What was refused of a batch. Grain: one item.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"item_key": "VARCHAR", "capture_id": "UUID", "stage": "VARCHAR", "reason": "VARCHAR", "detail": "VARCHAR"}]'
    )) as r
) as rows_given;
