-- Most that move have come just now: the batch tells their files from all others. Grain: one article.
update articles as a
set story_id = m.story_id
from moved as m
where a.batch_id = $batch_id and a.article_id = m.article_id;
