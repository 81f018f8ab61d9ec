-- One publisher printing what another one had first: how often, and how long after.
--
-- The first is the publisher of a story's lead. Where the story is an agency's (`wire_count`), both may have it
-- from the agency, and the first is only the one that was quicker.
create or replace view syndication as
with printed as (
    -- Grain: one publisher in one story, at its first copy.
    select
        c.story_id, c.publisher,
        min(c.ordered_at) as ordered_at,
        count(*) as articles,
        bool_or(c.wire is not null) as is_wire,
        bool_or(c.article_id = c.story_id) as has_lead
    from articles as c
    where c.story_id is not null and c.publisher is not null
    group by c.story_id, c.publisher
)
select
    f.publisher, -- Key, with printed_by: who had the story first.
    t.publisher as printed_by, -- Who printed it later.
    count(*) as story_count, -- Stories that went this way.
    sum(t.articles)::bigint as article_count, -- Articles of printed_by in them.
    count(*) filter (where f.is_wire or t.is_wire) as wire_count, -- Stories of these that credit a news agency.
    median(t.ordered_at - f.ordered_at) as median_delay, -- The median time from the lead to their first copy.
    min(t.ordered_at) as first_at, -- The first of these copies, UTC.
    max(t.ordered_at) as last_at -- The latest of their first copies, UTC.
from printed as f
inner join printed as t on f.story_id = t.story_id
where f.has_lead and not t.has_lead
group by f.publisher, t.publisher;
