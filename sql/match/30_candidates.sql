-- Pairs worth verifying: an appointed article and another one within the window that share enough hashes.
-- Bounded whatever comes in: hashes that occur in many stories loaded before are boilerplate and count for
-- nothing, of the others only the latest holders are looked at, and of the candidates the best.
-- Grain of candidate_pairs: one unordered pair.
create or replace temp table probes as
select h.hash, a.article_id, a.ordered_at
from appointed as a
inner join text_hashes as h on a.text_hash = h.text_hash;

create or replace temp table held as
select f.hash, f.article_id, f.ordered_at
from fingerprints as f
where
    f.ordered_at
    between (select min(ordered_at) - $window from appointed) and (select max(ordered_at) + $window from appointed)
    and f.hash in (select hash from probes);

create or replace temp table held_articles as
select article_id, ordered_at, publisher, story_id
from articles
where
    ordered_at between (select min(ordered_at) from held) and (select max(ordered_at) from held)
    and article_id in (select article_id from held);

-- The batch itself does not count: many copies of one story in one batch would erase each other.
create or replace temp table common_hashes as
with occurrences as (
    select h.hash, a.publisher, a.story_id
    from held as h
    anti join appointed as n on h.article_id = n.article_id
    inner join held_articles as a on h.article_id = a.article_id
)

select hash from occurrences group by hash having count(distinct story_id) > $stories
union
select hash
from occurrences
where publisher is not null
group by hash, publisher
having count(distinct story_id) > $stories_of_publisher;

create or replace temp table candidate_pairs as
with holders as (
    select h.hash, h.article_id, h.ordered_at
    from held as h
    anti join common_hashes as c on h.hash = c.hash
    qualify row_number() over (partition by h.hash order by h.ordered_at desc, h.article_id) <= $holders
),

shared as (
    select p.article_id as probe_id, h.article_id, h.ordered_at, count(*) as hashes
    from probes as p
    inner join holders as h on p.hash = h.hash
    where p.article_id != h.article_id and h.ordered_at between p.ordered_at - $window and p.ordered_at + $window
    group by all
    having count(*) >= $shared_hashes
),

best as (
    select *
    from shared
    qualify row_number() over (partition by probe_id order by hashes desc, ordered_at, article_id) <= $candidates
)

select distinct least(probe_id, article_id) as one_id, greatest(probe_id, article_id) as other_id from best;

create or replace temp table candidates as
select h.article_id, h.ordered_at
from held_articles as h
inner join (
    select one_id as article_id from candidate_pairs
    union
    select other_id from candidate_pairs
) as c on h.article_id = c.article_id;
