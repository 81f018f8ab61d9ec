-- What changes in the rows of known articles: revisions are renumbered, articles that show another capture
-- now give way with their quotes, the others are mended. Each with the time by which its row is found.
-- Grain: one revision; one known article.
create or replace temp table renumbered as
select m.article_id, m.content_hash, m.revision, m.fetched_at, m.last_fetched_at, k.fetched_at as known_at
from merged_revisions as m
inner join known_revisions as k on m.article_id = k.article_id and m.content_hash = k.content_hash
where (m.revision, m.fetched_at, m.last_fetched_at) is distinct from (k.revision, k.fetched_at, k.last_fetched_at);

create or replace temp table mended as
select w.article_id, w.first_seen_at, w.revision, k.ordered_at as known_at
from winners as w
inner join known_articles as k on w.article_id = k.article_id
where not w.is_fresh and (w.first_seen_at, w.revision) is distinct from (k.first_seen_at, k.revision);

create or replace temp table giving_way as
select k.article_id, k.ordered_at as known_at
from winners as w
inner join known_articles as k on w.article_id = k.article_id
where w.is_fresh;
