-- Pairs worth verifying: an appointed article and another one within the window that share enough hashes.
-- Hashes that occur in many stories are boilerplate and count for nothing. Grain: one unordered pair.
create or replace temp table held as
select p.hash, p.article_id as probe_id, p.ordered_at as probe_at, f.article_id, f.ordered_at
from (
    select h.hash, a.article_id, a.ordered_at
    from appointed as a
    inner join text_hashes as h on a.text_hash = h.text_hash
) as p
inner join fingerprints as f on p.hash = f.hash
where
    f.ordered_at
    between (select min(ordered_at) - $window from appointed) and (select max(ordered_at) + $window from appointed)
    and f.ordered_at between p.ordered_at - $window and p.ordered_at + $window;

create or replace temp table common_hashes as
select h.hash
from (select distinct hash, article_id from held) as h
inner join (
    select article_id, story_id from articles where article_id in (select article_id from held)
) as a on h.article_id = a.article_id
group by h.hash
having count(distinct a.story_id) > $stories;

create or replace temp table candidate_pairs as
with shared as (
    select h.probe_id, h.article_id, h.ordered_at, count(*) as hashes
    from held as h
    anti join common_hashes as c on h.hash = c.hash
    where h.probe_id != h.article_id
    group by all
    having count(*) >= $shared_hashes
),

best as (
    select *
    from shared
    qualify row_number() over (partition by probe_id order by hashes desc, ordered_at, article_id) <= $candidates
)

select distinct least(probe_id, article_id) as one_id, greatest(probe_id, article_id) as other_id from best;
