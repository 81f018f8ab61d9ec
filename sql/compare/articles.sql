-- Articles of which a column changes (but for keys and digests that follow from others), that appear, and that
-- vanish, with what becomes of the capture they showed. Grain: one change.
create or replace temp table changes as
with both_ways as (
    select
        b.article_id,
        unnest(list_filter(
            [
                {'name': 'title', 'before': b.title, 'after': a.title},
                {'name': 'text', 'before': b.text, 'after': a.text},
                {'name': 'word_count', 'before': b.word_count::varchar, 'after': a.word_count::varchar},
                {'name': 'authors', 'before': b.authors::varchar, 'after': a.authors::varchar},
                {'name': 'published_at', 'before': b.published_at::varchar, 'after': a.published_at::varchar},
                {'name': 'modified_at', 'before': b.modified_at::varchar, 'after': a.modified_at::varchar},
                {'name': 'language', 'before': b.language, 'after': a.language},
                {'name': 'section', 'before': b.section, 'after': a.section},
                {'name': 'publisher', 'before': b.publisher, 'after': a.publisher},
                {'name': 'wire', 'before': b.wire, 'after': a.wire},
                {'name': 'url', 'before': b.url, 'after': a.url},
                {'name': 'canonical_url', 'before': b.canonical_url, 'after': a.canonical_url},
                {'name': 'is_canonical_url', 'before': b.is_canonical_url::varchar, 'after': a.is_canonical_url::varchar},
                {'name': 'is_paywalled', 'before': b.is_paywalled::varchar, 'after': a.is_paywalled::varchar},
                {'name': 'is_truncated', 'before': b.is_truncated::varchar, 'after': a.is_truncated::varchar},
                {'name': 'extractor', 'before': b.extractor, 'after': a.extractor},
                {'name': 'notes', 'before': b.notes::varchar, 'after': a.notes::varchar},
                {'name': 'revision', 'before': b.revision::varchar, 'after': a.revision::varchar},
                {'name': 'capture_id', 'before': b.capture_id::varchar, 'after': a.capture_id::varchar},
                {'name': 'fetched_at', 'before': b.fetched_at::varchar, 'after': a.fetched_at::varchar},
                {'name': 'first_seen_at', 'before': b.first_seen_at::varchar, 'after': a.first_seen_at::varchar}
            ],
            lambda one: one.before is distinct from one.after
        ), max_depth := 2)
    from newsflow.main.articles as b
    inner join beside.main.articles as a on b.article_id = a.article_id
),

new as (
    select a.article_id, a.title
    from beside.main.articles as a
    anti join newsflow.main.articles as b on a.article_id = b.article_id
),

gone as (
    select b.article_id, b.title, coalesce('now ' || c.article_id, 'rejected: ' || r.reason) as fate
    from newsflow.main.articles as b
    anti join beside.main.articles as a on b.article_id = a.article_id
    left join beside.main.captures as c on b.capture_id = c.capture_id
    left join beside.main.rejects as r on c.capture_id::varchar = r.item_key
),

found as (
    select name || ' changes' as change, article_id, before, after from both_ways
    union all
    select 'appears', article_id, null, title from new
    union all
    select 'vanishes', article_id, title, fate from gone
)

select change, article_id, before, after
from found;
