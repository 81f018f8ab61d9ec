-- Equal texts share one fingerprint: of those published within one span of 3.5 days the earliest, which
-- stands for the text in that span. Runs before the articles change. Grain: one article standing for a text.
create or replace temp table changed as
select
    w.article_id,
    k.article_id is not null as was_known,
    coalesce(f.text_hash, a.text_hash) as text_hash,
    a.text_hash as old_text_hash
from winners as w
left join known_articles as k on w.article_id = k.article_id
left join fresh_articles as f on w.capture_id = f.capture_id and w.is_fresh
left join (
    select article_id, text_hash, publisher from articles
    where article_id in (select article_id from known_articles)
) as a on w.article_id = a.article_id
where
    k.article_id is null
    or w.has_new_content
    or (w.is_fresh and f.publisher is distinct from a.publisher)
    or k.ordered_at
    is distinct from coalesce(case when w.is_fresh then f.published_at else k.published_at end, w.first_seen_at);

create or replace temp table touched_texts as
select text_hash from changed where text_hash is not null
union
select old_text_hash from changed where old_text_hash is not null;

create or replace temp table standing_before as
select article_id, text_hash, ordered_at
from articles
where text_hash in (select text_hash from touched_texts)
qualify
    row_number() over (
        partition by text_hash, floor(epoch(ordered_at) / 302400) order by ordered_at, article_id
    )
    = 1;
