-- Which of the captures the tables hold already. Grain: one capture.
select capture_id::varchar
from captures
where capture_id in (select unnest(from_json($capture_ids, '["UUID"]')));
