-- What of the history bears on the batch: who holds its hashes within the window, apart from boilerplate. A text
-- is as near as its nearest copy, so that texts are read half a window further back.
-- Bounded whatever comes in: of a hash that many hold, the latest of each 3.5 days.
-- Grain: one hash of one text, of the batch and of the history.
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

-- Filled where hashes are shared at all (31_met.sql).
create or replace temp table met_articles (
    article_id uuid, ordered_at timestamptz, publisher varchar, story_id uuid, text_hash ubigint
);
