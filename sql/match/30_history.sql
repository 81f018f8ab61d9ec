-- What of the history bears on the batch: who holds its hashes within the window, apart from boilerplate. A text
-- is as near as its nearest copy, so that texts are read half a window further back.
-- Bounded whatever comes in: of a hash that many hold, the latest of each 3.5 days.
-- Grain of probes and held: one hash of one text, of the batch and of the history. Of the others: one text.
create or replace temp table probes as
with known as (
    select hash from boilerplate where hash in (select hash from text_hashes)
)

select h.hash, s.article_id
from sought as s
inner join text_hashes as h on s.text_hash = h.text_hash
anti join known as k on h.hash = k.hash;

create or replace temp table held as
select f.hash, f.article_id, f.ordered_at
from fingerprints as f
anti join sought as s on f.article_id = s.article_id
where
    f.ordered_at between
    (select min(ordered_at) - $window - to_seconds(302400) from sought) and (select max(last_at) + $window from sought)
    and f.hash in (select hash from probes)
qualify
    row_number() over (
        partition by f.hash, floor(epoch(f.ordered_at) / 302400) order by f.ordered_at desc, f.article_id desc
    )
    <= $holders;

create or replace temp table met_articles as
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
