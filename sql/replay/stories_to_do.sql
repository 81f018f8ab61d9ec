-- The articles that are to be matched by now, in the order of the loads that brought what they hold: all that were
-- not, or of which something has changed that matching looks at. A step is one load. Grain: one article.
create or replace table todo as
with new as (
    select a.article_id, a.revision, a.batch_id
    from newsflow.main.articles as a
    left join articles as known on a.article_id = known.article_id
    where
        known.article_id is null
        or (known.content_hash, known.publisher, known.wire, known.ordered_at)
        is distinct from (a.content_hash, a.publisher, a.wire, a.ordered_at)
),

-- The revision shown came with the first load of a capture taken when that revision was first seen.
loads as (
    select n.article_id, arg_min(b.batch_id, (b.loaded_at, b.batch_id)) as batch_id
    from new as n
    inner join newsflow.main.article_revisions as r on n.article_id = r.article_id and n.revision = r.revision
    inner join newsflow.main.captures as c on r.article_id = c.article_id and r.fetched_at = c.fetched_at
    inner join newsflow.main.batches as b on c.batch_id = b.batch_id
    group by n.article_id
),

ordered as (
    select
        n.article_id,
        b.loaded_at,
        dense_rank() over (order by b.loaded_at, b.batch_id) - 1 as step
    from new as n
    left join loads as l on n.article_id = l.article_id
    inner join newsflow.main.batches as b on coalesce(l.batch_id, n.batch_id) = b.batch_id
)

select a.*, o.loaded_at, o.step
from newsflow.main.articles as a
inner join ordered as o on a.article_id = o.article_id
order by o.step;
