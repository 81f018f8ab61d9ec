-- What a step is to work on. Grain: one article.
select article_id::varchar as article_id, text, title
from todo
where step = $step;
