-- A step as matching takes a batch. Grain: one article; one hash of one capture's text; one row.
create or replace temp table fresh_articles as
select * exclude (hashes) from todo where step = $step;

create or replace temp table staged_fingerprints as
select capture_id, unnest(hashes) as hash from todo where step = $step;

create or replace temp table this_batch as
select loaded_at from todo where step = $step limit 1;
