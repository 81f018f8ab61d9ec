-- Which of the refused items the tables hold already. Grain: one refusal.
select item_key, reason
from rejects
where item_key in (select unnest(from_json($item_keys, '["VARCHAR"]')));
