-- Every article of a story that this batch may change, with the pairs that link them. Grain: article; pair.
-- Stories have no bounds in time, as equal texts match for all time: this reads their ids of the whole history.
create or replace temp table touched_articles as
with touched_stories as (
    select story_id from changed
    union
    select story_id from members
    union
    select story_id from members_before
    union
    select h.story_id
    from met_articles as h
    inner join (
        select article_id from verified
        union
        select duplicate_of from verified
    ) as v on h.article_id = v.article_id
)

select article_id, ordered_at, story_id, batch_id
from articles
where story_id in (select story_id from touched_stories);

create or replace temp table linked_pairs as
select article_id, duplicate_of
from duplicates
where links and article_id in (select article_id from touched_articles);
