-- The articles whose texts verification compares. The span of time keeps this from reading articles of all time.
-- Grain: one article.
select article_id::varchar as article_id, ordered_at, publisher, wire, content_hash
from articles
where
    ordered_at between $first and $last
    and article_id in (select unnest(from_json($article_ids, '["UUID"]')));
