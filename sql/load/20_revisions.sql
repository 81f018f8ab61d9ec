-- Revisions of the articles in hand: each distinct content, numbered by when it was first captured.
-- A function of the set of captures, whatever the order in which they are loaded. Grain: article and content.
create or replace temp table known_revisions as
select r.article_id, r.content_hash, r.revision, r.fetched_at, r.last_fetched_at
from article_revisions as r
semi join fresh_articles as f on r.article_id = f.article_id;

create or replace temp table merged_revisions as
with observed as (
    select article_id, content_hash, fetched_at, fetched_at as last_fetched_at from fresh_articles
    union all
    select article_id, content_hash, fetched_at, last_fetched_at from known_revisions
),

contents as (
    select article_id, content_hash, min(fetched_at) as fetched_at, max(last_fetched_at) as last_fetched_at
    from observed
    group by article_id, content_hash
)

select
    *,
    row_number() over (partition by article_id order by fetched_at, content_hash)::integer as revision
from contents;
