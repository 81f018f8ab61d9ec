-- Which of the pages an entry named, or were asked for. Grain: one page.
select page_id::varchar
from entries
where page_id in (select unnest(from_json($ids, '["UUID"]')))
union
select page_id::varchar
from fetches
where page_id in (select unnest(from_json($ids, '["UUID"]')));
