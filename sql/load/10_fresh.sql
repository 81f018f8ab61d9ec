-- What no earlier batch brought. Grain: one capture; one article as one capture shows it; one refusal.
create or replace temp table fresh_captures as
select s.* from read_parquet($folder || '/captures.parquet') as s anti join captures as c on s.capture_id = c.capture_id;

create or replace temp table fresh_articles as
select a.*
from read_parquet($folder || '/articles.parquet') as a
semi join fresh_captures as c on a.capture_id = c.capture_id;

create or replace temp table fresh_rejects as
with staged as (from read_parquet($folder || '/rejects.parquet'))

select r.*
from staged as r
semi join fresh_captures as c on r.capture_id = c.capture_id
union all
select r.*
from (from staged where capture_id is null) as r
anti join rejects as known on r.item_key = known.item_key and r.reason = known.reason;
