-- Keys that occur more than once. DuckLake has no unique constraints; the load holds them.
with keys as (
    select 'articles' as table_name, article_id::varchar as key from articles
    union all
    select 'captures', capture_id::varchar from captures
    union all
    select 'quotes', quote_id::varchar from quotes
    union all
    select 'batches', batch_id from batches
    union all
    select 'article_revisions', article_id || ' revision ' || revision from article_revisions
    union all
    select 'article_revisions', article_id || ' content ' || content_hash from article_revisions
    union all
    select 'duplicates', article_id || ' of ' || duplicate_of from duplicates
    union all
    select 'fingerprints', article_id || ' hash ' || hash from fingerprints
    union all
    select 'boilerplate', hash::varchar from boilerplate
    union all
    select 'rejects', item_key || ' ' || reason from rejects
    union all
    select 'feeds', feed_id::varchar from feeds
    union all
    select 'entries', entry_id::varchar from entries
    union all
    select 'polls', feed_id || ' at ' || polled_at from polls
    union all
    select 'fetches', page_id || ' at ' || attempted_at || ' ' || outcome from fetches
)

select table_name, key, count(*) as times
from keys
group by table_name, key
having count(*) > 1;
