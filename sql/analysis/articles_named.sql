-- The articles that a person may mean by an id, the beginning of one, or an address. Grain: one article.
select
    a.article_id::varchar as article_id, a.story_id::varchar as story_id, a.publisher, a.ordered_at, a.title, a.url,
    a.wire, a.text
from articles as a
where
    ($prefix is not null and starts_with(a.article_id::varchar, $prefix))
    or ($url is not null and (a.url = $url or a.canonical_url = $url))
order by a.ordered_at, a.article_id
limit 5;
