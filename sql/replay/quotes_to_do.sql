-- The articles whose quotes are to be made by now: all, or those with a capture since a time, apart from what was
-- made of the same content. What was made of other content goes. Grain: one article.
create or replace table todo as
select
    a.article_id, a.content_hash, a.capture_id, a.language, a.text,
    (row_number() over () - 1) // $per_step as step
from newsflow.main.articles as a
anti join made as m
    on
        a.article_id = m.article_id
        and a.content_hash = m.content_hash
        and a.language is not distinct from m.language
where
    $since::timestamptz is null
    or a.article_id in (select article_id from newsflow.main.captures where fetched_at >= $since::timestamptz);

delete from quotes where article_id in (select article_id from todo);

delete from made where article_id in (select article_id from todo);
