-- How far the tables know a capture file. Grain: one row.
select coalesce(max(warc_offset), 0)
from (
    select warc_offset from captures where warc_file = $warc_file
    union all
    select warc_offset from polls where warc_file = $warc_file
);
