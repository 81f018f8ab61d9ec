-- The span of time keeps this from reading articles of all time. Grain: one article.
create or replace temp table moved_before as from moved where batch_id != $batch_id;

update articles as a
set story_id = m.story_id
from moved_before as m
where
    a.ordered_at between (select min(ordered_at) from moved_before) and (select max(ordered_at) from moved_before)
    and a.article_id = m.article_id;
