-- When batches were loaded, and where their captures lie. Grain: one batch in one capture file.
select distinct c.warc_file, b.batch_id, b.loaded_at
from newsflow.main.captures as c
inner join newsflow.main.batches as b on c.batch_id = b.batch_id;
