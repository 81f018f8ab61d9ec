-- What a step is to read. Grain: one capture.
select warc_file, warc_offset, batch_id, kind, source, started_at
from beside.again.todo
where step = $step
order by warc_file, warc_offset;
