-- Give the articles whose story changed the one that grouping found, handed over as JSON. Grain: one article.
create or replace temp table grouped as
select unnest(from_json($moved, '[{"article_id": "UUID", "story_id": "UUID"}]'), recursive := true);

create or replace temp table moved as
select t.article_id, t.ordered_at, g.story_id
from grouped as g
inner join touched_articles as t on g.article_id = t.article_id;

-- The span of time keeps this from reading articles of all time.
update articles as a
set story_id = m.story_id
from moved as m
where
    a.ordered_at between (select min(ordered_at) from moved) and (select max(ordered_at) from moved)
    and a.article_id = m.article_id;
