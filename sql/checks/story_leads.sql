-- Stories that are not named by their earliest article.
select story_id, arg_min(article_id, (ordered_at, article_id)) as earliest
from articles
group by story_id
having story_id is distinct from arg_min(article_id, (ordered_at, article_id));
