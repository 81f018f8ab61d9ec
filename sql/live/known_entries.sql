-- Which of the entries an earlier poll brought. Grain: one entry.
select entry_id::varchar
from entries
where entry_id in (select unnest(from_json($ids, '["UUID"]')));
