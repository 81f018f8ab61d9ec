-- Give the touched articles the stories that grouping found. `grouped` comes from it. Grain: one article.
update articles as a
set story_id = g.story_id
from grouped as g
inner join touched_articles as t on g.article_id = t.article_id
where a.article_id = g.article_id and t.story_id is distinct from g.story_id;
