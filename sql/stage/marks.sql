-- How far parts of an archive were read. Grain: one part.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"part": "VARCHAR", "filter": "VARCHAR", "version": "VARCHAR", "position": "BIGINT", "is_done": "BOOLEAN",
           "items": "BIGINT", "passed": "BIGINT"}]'
    )) as r
) as rows_given;
