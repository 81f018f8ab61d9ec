-- The articles whose story is another one now, as grouping found, handed over as JSON. Grain: one article.
create or replace temp table moved as
with grouped as (
    select unnest(from_json($moved, '[{"article_id": "UUID", "story_id": "UUID"}]'), recursive := true)
)

select t.article_id, t.ordered_at, t.batch_id, g.story_id
from grouped as g
inner join touched_articles as t on g.article_id = t.article_id;
