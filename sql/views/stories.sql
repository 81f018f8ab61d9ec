-- One group of near-identical articles.
create or replace view stories as
select
    a.story_id, -- Key: the article_id of the lead, which is the story's earliest article.
    a.story_id as lead_article_id, -- The lead, to join with articles.
    arg_min(a.title, (a.ordered_at, a.article_id)) as title, -- The lead's headline.
    min(a.ordered_at) as first_published_at, -- The lead's ordered_at, UTC.
    count(*) as article_count, -- Articles in the story.
    count(distinct a.publisher) as publisher_count -- Publishers that printed it.
from articles as a
where a.story_id is not null
group by a.story_id;
