-- A step as matching takes a batch: its articles, with the fingerprints handed over as JSON.
-- Grain: one article; one hash of one capture's text; one row.
create or replace temp table signed as
select unnest(
    from_json($signed, '[{"article_id": "UUID", "text_hash": "UBIGINT", "hashes": ["UBIGINT"]}]'),
    recursive := true
);

create or replace temp table fresh_articles as
select t.* replace (s.text_hash as text_hash)
from todo as t
inner join signed as s on t.article_id = s.article_id
where t.step = $step;

create or replace temp table staged_fingerprints as
select f.capture_id, unnest(s.hashes) as hash
from fresh_articles as f
inner join signed as s on f.article_id = s.article_id;

create or replace temp table this_batch as
select loaded_at from todo where step = $step limit 1;
