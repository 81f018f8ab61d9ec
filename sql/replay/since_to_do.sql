-- The captures to be made again by now, in the order of loads: those taken since a time, those loaded meanwhile, and
-- all others of their articles, whatever article they are found to show. A step is one load. Grain: one capture.
create or replace table beside.again.todo as
with named as (
    select capture_id, article_id from newsflow.main.captures where fetched_at >= $since
    union
    select c.capture_id, c.article_id
    from newsflow.main.captures as c
    anti join beside.main.captures as held on c.capture_id = held.capture_id
    union
    select c.capture_id, c.article_id
    from newsflow.main.captures as c
    semi join beside.again.asked as a on c.capture_id = a.capture_id
),

touched as (
    select article_id from named where article_id is not null
    union
    select article_id from beside.again.captures where article_id is not null
),

wanted as (
    select capture_id from named
    union
    select c.capture_id
    from newsflow.main.captures as c
    semi join touched as t on c.article_id = t.article_id
)

select
    c.capture_id,
    c.warc_file,
    c.warc_offset,
    b.batch_id,
    b.kind,
    b.source,
    b.started_at,
    dense_rank() over (order by b.loaded_at, b.batch_id) - 1 as step
from newsflow.main.captures as c
semi join wanted as w on c.capture_id = w.capture_id
anti join beside.again.asked as a on c.capture_id = a.capture_id
inner join newsflow.main.batches as b on c.batch_id = b.batch_id
order by step, c.warc_file, c.warc_offset;
