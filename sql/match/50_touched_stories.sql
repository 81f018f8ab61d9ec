-- Every article of a story that this batch may change, with the pairs that link them. Grain: article; pair.
create or replace temp table touched_ids as
select article_id from changed
union
select article_id from members
union
select article_id from retired
union
select article_id from verified
union
select duplicate_of from verified;

create or replace temp table touched_articles as
with touched_stories as (
    select distinct story_id
    from articles
    where article_id in (select article_id from touched_ids) and story_id is not null
)

select article_id, ordered_at, story_id
from articles
where
    article_id in (select article_id from touched_ids)
    or story_id in (select story_id from touched_stories);

create or replace temp table linked_pairs as
select article_id, duplicate_of
from duplicates
where links and article_id in (select article_id from touched_articles);
