-- The articles in hand take their place. Grain: one article.
delete from articles where article_id in (select article_id from known_articles);

insert into articles by name
select f.* exclude (loaded_at, step) replace (coalesce(k.story_id, f.article_id) as story_id)
from fresh_articles as f
left join known_articles as k on f.article_id = k.article_id
order by f.ordered_at;
