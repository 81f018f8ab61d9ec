-- Give the articles whose story changed the one that grouping found, handed over as JSON. Grain: one article.
create or replace temp table grouped as
select unnest(from_json($moved, '[{"article_id": "UUID", "story_id": "UUID"}]'), recursive := true);

update articles as a
set story_id = g.story_id
from grouped as g
where a.article_id = g.article_id;
