-- Articles that change their story, and stories that are split or merged, as far as their articles are there before
-- and after. Grain: one change.
create or replace temp table changes as
with both_ways as (
    select b.article_id, b.url, b.story_id as before, a.story_id as after
    from newsflow.main.articles as b
    inner join beside.main.articles as a on b.article_id = a.article_id
),

found as (
    select 'story changes' as change, article_id, before::varchar as before, after::varchar as after
    from both_ways
    where before is distinct from after
    union all
    select 'split', before, count(*) || ' articles', count(distinct after) || ' stories'
    from both_ways
    group by before
    having count(distinct after) > 1
    union all
    select 'merged', after, count(distinct before) || ' stories', count(*) || ' articles'
    from both_ways
    group by after
    having count(distinct before) > 1
)

select change, article_id, before, after
from found;
