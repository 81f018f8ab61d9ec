-- Which of these hashes are known as boilerplate. Grain: one hash.
select hash, since_at
from boilerplate
where hash in (select unnest(from_json($hashes, '["UBIGINT"]')));
