-- What reading the capture files back found wrong, handed over as JSON. Grain: one problem.
create or replace temp table read_back as
select r.*
from (
    select unnest(from_json(
        $problems, '[{"capture_id": "VARCHAR", "warc_file": "VARCHAR", "problem": "VARCHAR"}]'
    )) as r
) as problems_given;
