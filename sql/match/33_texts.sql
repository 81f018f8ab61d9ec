-- Texts that are compared and not held in memory. The span of time keeps this from reading articles of all time.
-- Grain: one article.
select content_hash, text, title
from articles
where
    ordered_at between $first and $last
    and article_id in (select unnest(from_json($article_ids, '["UUID"]')));
