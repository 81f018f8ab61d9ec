-- What a step is to work on. Grain: one article.
select article_id, content_hash, capture_id::varchar as capture_id, language, text
from todo
where step = $step;
