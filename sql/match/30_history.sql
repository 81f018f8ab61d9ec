-- What of the history bears on the batch: who holds its hashes within the window, apart from boilerplate.
-- Bounded whatever comes in: of a hash that many hold, the latest of each 3.5 days.
-- Grain of probes and held: one hash of one article, of the batch and of the history.
create or replace temp table probes as
with known as (
    select hash from boilerplate where hash in (select hash from text_hashes)
)

select h.hash, a.article_id, a.ordered_at, a.text_hash
from appointed as a
inner join text_hashes as h on a.text_hash = h.text_hash
anti join known as k on h.hash = k.hash;

create or replace temp table held as
select f.hash, f.article_id, f.ordered_at
from fingerprints as f
anti join appointed as a on f.article_id = a.article_id
where
    f.ordered_at
    between (select min(ordered_at) - $window from appointed) and (select max(ordered_at) + $window from appointed)
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
    select article_id, ordered_at from probes
)

select article_id, ordered_at, publisher, story_id
from articles
where
    ordered_at between (select min(ordered_at) from met) and (select max(ordered_at) from met)
    and article_id in (select article_id from met);
