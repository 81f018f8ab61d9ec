-- The texts of the history that share hashes with the batch, in order of time. Grain: one text.
select
    a.article_id::varchar as id,
    a.ordered_at,
    a.publisher,
    list(h.hash) as hashes,
    [l.last_at] as copied_at,
    a.story_id::varchar as story_id
from held as h
inner join met_articles as a on h.article_id = a.article_id
inner join last_copies as l on h.article_id = l.article_id
group by a.article_id, a.ordered_at, a.publisher, l.last_at, a.story_id
order by a.ordered_at, a.article_id;
