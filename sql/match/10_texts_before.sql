-- Equal texts share one fingerprint: of those published within one span of 3.5 days the earliest, which
-- stands for the text in that span. Runs before the articles change. Grain: one article that changes; one
-- article with a touched text; one text in one span, with when it was printed first and last.
create or replace temp table changed as
with settled as (
    select
        w.article_id,
        w.has_new_content,
        w.is_fresh,
        k.article_id is not null as was_known,
        case when w.is_fresh then f.text_hash else k.text_hash end as text_hash,
        k.text_hash as old_text_hash,
        f.publisher as fresh_publisher,
        k.publisher,
        f.wire as fresh_wire,
        k.wire,
        f.published_at as fresh_published_at,
        k.published_at,
        k.ordered_at as old_ordered_at,
        coalesce(k.story_id, w.article_id) as story_id,
        coalesce(case when w.is_fresh then f.published_at else k.published_at end, w.first_seen_at) as ordered_at
    from winners as w
    left join known_articles as k on w.article_id = k.article_id
    left join fresh_articles as f on w.capture_id = f.capture_id and w.is_fresh
)

select
    article_id, was_known, text_hash, old_text_hash, ordered_at, story_id,
    -- Its publisher gave it another text, title or date. One that was merely seen earlier than known is the same.
    was_known
    and (has_new_content or (is_fresh and fresh_published_at is distinct from published_at)) as is_revised
from settled
where
    not was_known
    or has_new_content
    or (is_fresh and (fresh_publisher, fresh_wire) is distinct from (publisher, wire))
    or old_ordered_at is distinct from ordered_at;

create or replace temp table touched_texts as
select text_hash from changed where text_hash is not null
union
select old_text_hash from changed where old_text_hash is not null;

-- Equal texts match for all time. This reads one narrow column of the whole history: 0.03 s a million articles.
create or replace temp table members_before as
select article_id, text_hash, floor(epoch(ordered_at) / 302400) as span, ordered_at, story_id
from articles
where text_hash in (select text_hash from touched_texts);

create or replace temp table texts_before as
select
    text_hash,
    span,
    arg_min(article_id, (ordered_at, article_id)) as article_id,
    min(ordered_at) as ordered_at,
    max(ordered_at) as last_at
from members_before
group by text_hash, span;
