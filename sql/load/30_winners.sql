-- Which capture an article shows: one taken at the canonical address before others, then the latest.
-- Grain: one article in hand.
create or replace temp table known_articles as
select
    a.article_id, a.capture_id, a.is_canonical_url, a.fetched_at, a.first_seen_at, a.published_at, a.content_hash,
    a.revision, a.ordered_at, a.story_id, a.text_hash, a.publisher, a.wire
from articles as a
semi join fresh_articles as f on a.article_id = f.article_id;

create or replace temp table winners as
with contenders as (
    select article_id, capture_id, is_canonical_url, fetched_at, content_hash from fresh_articles
    union all
    select article_id, capture_id, is_canonical_url, fetched_at, content_hash from known_articles
),

best as (
    select *
    from contenders
    qualify
        row_number()
            over (partition by article_id order by is_canonical_url desc, fetched_at desc, capture_id desc)
        = 1
),

first_seen as (
    select article_id, min(fetched_at) as first_seen_at from merged_revisions group by article_id
)

select
    best.article_id,
    best.capture_id,
    first_seen.first_seen_at,
    merged.revision,
    coalesce(best.capture_id != known.capture_id, true) as is_fresh,
    coalesce(best.content_hash != known.content_hash, true) as has_new_content
from best
inner join first_seen on best.article_id = first_seen.article_id
inner join merged_revisions as merged
    on best.article_id = merged.article_id and best.content_hash = merged.content_hash
left join known_articles as known on best.article_id = known.article_id;
