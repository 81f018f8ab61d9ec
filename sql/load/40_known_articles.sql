-- What changes in the rows of known articles: revisions are renumbered, articles that show another capture
-- now give way with their quotes, the others are mended. Grain: one known article.
update article_revisions as r
set revision = m.revision, fetched_at = m.fetched_at, last_fetched_at = m.last_fetched_at
from merged_revisions as m
inner join known_revisions as k on m.article_id = k.article_id and m.content_hash = k.content_hash
where
    r.article_id = m.article_id
    and r.content_hash = m.content_hash
    and (m.revision, m.fetched_at, m.last_fetched_at) is distinct from (k.revision, k.fetched_at, k.last_fetched_at);

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

delete from quotes
where article_id in (
    select w.article_id
    from winners as w
    semi join known_articles as k on w.article_id = k.article_id
    where w.is_fresh
);
