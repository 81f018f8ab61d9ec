-- Most that move have come just now: the batch tells their files from all others of the time. Grain: one article.
update articles as a
set story_id = m.story_id
from moved as m
where
    a.ordered_at between (select min(ordered_at) from moved) and (select max(ordered_at) from moved)
    and a.batch_id = $batch_id
    and a.article_id = m.article_id;
