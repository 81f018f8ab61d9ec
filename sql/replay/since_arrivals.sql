-- The articles of which something has changed that matching looks at, in the order of loads, and those that are no
-- more: they come as texts without words, so that others stand for their texts. Grain: one article.
create or replace table todo as
with gone as (
    select a.article_id
    from articles as a
    semi join (
        select c.article_id
        from newsflow.main.captures as c
        semi join beside.again.asked as d on c.capture_id = d.capture_id
    ) as touched on a.article_id = touched.article_id
    anti join beside.again.articles as n on a.article_id = n.article_id
    where a.text_hash is not null
),

changed as (
    select n.article_id, n.capture_id, n.batch_id
    from beside.again.articles as n
    left join articles as a on n.article_id = a.article_id
    where
        a.article_id is null
        or (a.content_hash, a.text_hash, a.publisher, a.wire, a.ordered_at)
        is distinct from (n.content_hash, n.text_hash, n.publisher, n.wire, n.ordered_at)
),

hashed as (
    select h.capture_id, list(h.hash) as hashes
    from beside.again.hashes as h
    semi join changed as c on h.capture_id = c.capture_id
    group by h.capture_id
),

arrivals as (
    select n.*, h.hashes
    from beside.again.articles as n
    semi join changed as c on n.article_id = c.article_id
    left join hashed as h on n.capture_id = h.capture_id
    union all by name
    select a.* replace (null::ubigint as text_hash), null::ubigint [] as hashes
    from articles as a
    semi join gone as g on a.article_id = g.article_id
)

select a.*, b.loaded_at, dense_rank() over (order by b.loaded_at, b.batch_id) - 1 as step
from arrivals as a
inner join newsflow.main.batches as b on a.batch_id = b.batch_id
order by step;
