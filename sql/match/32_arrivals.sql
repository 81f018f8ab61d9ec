-- The texts of the batch that share hashes with others, in order of time, each with its first and last copy that
-- was there before, the copies that come now, and what is known of equal texts: the story of one in the history,
-- or else the earliest one. Grain: one text.
with shared as (
    select hash from held
    union
    select hash from probes group by hash having count(*) > 1
),

equal_stories as (
    select text_hash, any_value(story_id) as story_id
    from members
    where was_there
    group by text_hash
),

hashed as (
    select p.article_id, list(p.hash) as hashes
    from probes as p
    semi join shared as d on p.hash = d.hash
    group by p.article_id
),

copies as (
    select
        s.article_id,
        min(m.ordered_at) filter (where m.was_there) as first_at,
        max(m.ordered_at) filter (where m.was_there) as last_at,
        list({'at': m.ordered_at, 'id': m.article_id::varchar}) filter (where not m.was_there) as coming
    from members as m
    inner join sought as s on m.text_hash = s.text_hash and m.span = s.span
    group by s.article_id
)

select
    s.article_id::varchar as id,
    s.ordered_at,
    a.publisher,
    h.hashes,
    [c.first_at, c.last_at] as copied_at,
    coalesce(k.story_id, e.duplicate_of)::varchar as story_id,
    s.is_anew,
    coalesce(c.coming, []) as coming
from hashed as h
inner join sought as s on h.article_id = s.article_id
inner join met_articles as a on h.article_id = a.article_id
inner join copies as c on h.article_id = c.article_id
left join equal_stories as k on s.text_hash = k.text_hash
left join exact_pairs as e on h.article_id = e.article_id
order by s.ordered_at, s.article_id;
