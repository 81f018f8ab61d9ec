-- The stories and text hashes that matching found, where they differ. Grain: one article.
update newsflow.main.articles as a
set story_id = b.story_id, text_hash = b.text_hash
from beside.main.articles as b
where
    a.article_id = b.article_id
    and (a.story_id, a.text_hash) is distinct from (b.story_id, b.text_hash);
