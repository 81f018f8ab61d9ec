-- The articles table: replace the rows that show another capture now, mend the others.
update articles as a
set
    first_seen_at = w.first_seen_at,
    ordered_at = coalesce(a.published_at, w.first_seen_at),
    revision = w.revision
from winners as w
inner join known_articles as k on w.article_id = k.article_id
where
    a.article_id = w.article_id
    and not w.is_fresh
    and (w.first_seen_at, w.revision) is distinct from (k.first_seen_at, k.revision);

delete from articles
where article_id in (
    select w.article_id
    from winners as w
    semi join known_articles as k on w.article_id = k.article_id
    where w.is_fresh
);

insert into articles (
    article_id, url, canonical_url, is_canonical_url, publisher, title, authors, published_at, modified_at,
    fetched_at, first_seen_at, ordered_at, language, text, word_count, section, is_paywalled, is_truncated,
    extractor, notes, content_hash, text_hash, revision, story_id, capture_id, batch_id
)
select
    f.article_id, f.url, f.canonical_url, f.is_canonical_url, f.publisher, f.title, f.authors, f.published_at,
    f.modified_at, f.fetched_at, w.first_seen_at, coalesce(f.published_at, w.first_seen_at), f.language, f.text,
    f.word_count, f.section, f.is_paywalled, f.is_truncated, f.extractor, f.notes, f.content_hash, f.text_hash,
    w.revision, k.story_id, f.capture_id, b.batch_id
from winners as w
inner join fresh_articles as f on w.capture_id = f.capture_id
left join known_articles as k on w.article_id = k.article_id
cross join this_batch as b
where w.is_fresh
order by coalesce(f.published_at, w.first_seen_at);
