-- The articles of the batch that share hashes with others, in order of time, each with what is known of
-- equal texts: the story of one in the history, or else the earliest one. Grain: one article.
with shared as (
    select hash from held
    union
    select hash from probes group by hash having count(*) > 1
),

equal_stories as (
    select m.text_hash, any_value(m.story_id) as story_id
    from members as m
    anti join changed as c on m.article_id = c.article_id
    group by m.text_hash
)

select
    p.article_id::varchar as id,
    p.ordered_at,
    a.publisher,
    list(p.hash) as hashes,
    coalesce(s.story_id, e.duplicate_of)::varchar as known_story_id
from probes as p
semi join shared as d on p.hash = d.hash
inner join met_articles as a on p.article_id = a.article_id
left join equal_stories as s on p.text_hash = s.text_hash
left join exact_pairs as e on p.article_id = e.article_id
group by p.article_id, p.ordered_at, a.publisher, s.story_id, e.duplicate_of
order by p.ordered_at, p.article_id;
