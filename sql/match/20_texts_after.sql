-- Which articles stand for the touched texts now, and what changes by that. Runs after the articles changed.
create or replace temp table members as
select b.article_id, b.text_hash, b.ordered_at, b.story_id
from members_before as b
anti join changed as c on b.article_id = c.article_id
union all
select article_id, text_hash, ordered_at, story_id
from changed
where text_hash is not null;

create or replace temp table standing_after as
select article_id, text_hash, ordered_at
from members
qualify
    row_number() over (
        partition by text_hash, floor(epoch(ordered_at) / 302400) order by ordered_at, article_id
    )
    = 1;

create or replace temp table retired as
select b.article_id, b.text_hash, b.ordered_at
from standing_before as b
left join changed as c on b.article_id = c.article_id
anti join (
    select s.article_id from standing_after as s anti join changed as c on s.article_id = c.article_id
) as stays on b.article_id = stays.article_id;

create or replace temp table appointed as
select s.article_id, s.text_hash, s.ordered_at
from standing_after as s
anti join (
    select b.article_id from standing_before as b anti join changed as c on b.article_id = c.article_id
) as stays on s.article_id = stays.article_id;

create or replace temp table text_hashes as
select distinct a.text_hash, f.hash
from staged_fingerprints as f
inner join fresh_articles as a on f.capture_id = a.capture_id
union
select distinct r.text_hash, f.hash
from fingerprints as f
inner join retired as r on f.article_id = r.article_id and f.ordered_at = r.ordered_at
where f.ordered_at between (select min(ordered_at) from retired) and (select max(ordered_at) from retired);

delete from fingerprints
where
    ordered_at between (select min(ordered_at) from retired) and (select max(ordered_at) from retired)
    and article_id in (select article_id from retired);

insert into fingerprints (hash, article_id, ordered_at)
select h.hash, a.article_id, a.ordered_at
from appointed as a
inner join text_hashes as h on a.text_hash = h.text_hash
order by a.ordered_at, a.article_id, h.hash;

create or replace temp table exact_pairs as
select article_id, duplicate_of
from (
    select
        article_id,
        first_value(article_id) over (partition by text_hash order by ordered_at, article_id) as duplicate_of
    from members
)
where article_id != duplicate_of;

create or replace temp table withdrawn as
select article_id from retired
union
select article_id from changed where was_known;
