-- How far the batch's parts of an archive were read, in the transaction of what stands before that.
delete from marks as m
using read_parquet($folder || '/marks.parquet') as s
where m.part = s.part and m.filter = s.filter;

insert into marks (part, filter, version, position, is_done, items, passed, marked_at)
select part, filter, version, position, is_done, items, passed, now()
from read_parquet($folder || '/marks.parquet')
order by part;
