-- What of the articles in hand (fresh_articles) is known, as matching asks for it. Grain: one article.
create or replace temp table known_articles as
select a.* from articles as a semi join fresh_articles as f on a.article_id = f.article_id;

create or replace temp table winners as
select
    f.article_id,
    f.capture_id,
    f.first_seen_at,
    f.revision,
    true as is_fresh,
    (k.content_hash, k.text_hash) is distinct from (f.content_hash, f.text_hash) as has_new_content
from fresh_articles as f
left join known_articles as k on f.article_id = k.article_id;
