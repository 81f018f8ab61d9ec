-- The texts that share hashes with each other, those of the batch and of the history, and when each of the latter
-- was printed last. Grain: one text.
insert into met_articles
with met as (
    select article_id, ordered_at from held
    union
    select article_id, ordered_at from sought
)

select article_id, ordered_at, publisher, story_id, text_hash
from articles
where
    ordered_at between (select min(ordered_at) from met) and (select max(ordered_at) from met)
    and article_id in (select article_id from met);

create or replace temp table last_copies as
with met as (
    select article_id, ordered_at, text_hash, floor(epoch(ordered_at) / 302400) as span
    from met_articles
    where article_id in (select article_id from held)
)

select met.article_id, max(a.ordered_at) as last_at
from articles as a
inner join met on a.text_hash = met.text_hash and floor(epoch(a.ordered_at) / 302400) = met.span
where
    a.ordered_at between (select min(ordered_at) from met) and (select max(ordered_at) + to_seconds(302400) from met)
    and a.text_hash in (select text_hash from met)
group by met.article_id;
