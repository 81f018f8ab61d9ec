-- Which articles stand for the touched texts now, and what changes by that. Runs after the articles changed.
-- Grain: one article with a touched text; one text in one span; one article that stands or stood for one.
create or replace temp table members as
select b.article_id, b.text_hash, b.span, b.ordered_at, b.story_id, true as was_there
from members_before as b
anti join changed as c on b.article_id = c.article_id
union all
select article_id, text_hash, floor(epoch(ordered_at) / 302400), ordered_at, story_id, false
from changed
where text_hash is not null;

create or replace temp table known_changed as
select article_id from changed where was_known;

create or replace temp table texts_after as
select
    text_hash,
    span,
    arg_min(article_id, (ordered_at, article_id)) as article_id,
    min(ordered_at) as ordered_at,
    max(ordered_at) as last_at
from members
group by text_hash, span;

create or replace temp table retired as
select b.article_id, b.ordered_at
from texts_before as b
left join changed as c on b.article_id = c.article_id
anti join (
    select s.article_id from texts_after as s anti join changed as c on s.article_id = c.article_id
) as stays on b.article_id = stays.article_id;

create or replace temp table appointed as
select s.article_id, s.text_hash, s.ordered_at
from texts_after as s
anti join (
    select b.article_id from texts_before as b anti join changed as c on b.article_id = c.article_id
) as stays on s.article_id = stays.article_id;

-- The pairs of a text go with a revision that takes its first or its last copy, as if that had never been.
create or replace temp table withdrawn as
with remaining as (
    select
        b.text_hash,
        b.span,
        arg_min(b.article_id, (b.ordered_at, b.article_id)) as article_id,
        max(b.ordered_at) as last_at
    from members_before as b
    anti join (select article_id from changed where is_revised) as c on b.article_id = c.article_id
    group by b.text_hash, b.span
)

select b.article_id, b.text_hash, b.span
from texts_before as b
left join remaining as r on b.text_hash = r.text_hash and b.span = r.span
where (b.article_id, b.last_at) is distinct from (r.article_id, r.last_at);

-- Otherwise they go over to the article that stands for the text now: in that span, or where the one that
-- stood for it has moved.
create or replace temp table successions as
with moved as (
    select c.article_id, s.article_id as successor_id
    from changed as c
    inner join texts_after as s
        on c.text_hash = s.text_hash and floor(epoch(c.ordered_at) / 302400) = s.span
),

succeeded as (
    select b.article_id, coalesce(s.article_id, m.successor_id) as successor_id
    from texts_before as b
    anti join withdrawn as w on b.article_id = w.article_id
    left join texts_after as s on b.text_hash = s.text_hash and b.span = s.span
    left join moved as m on b.article_id = m.article_id
    where m.article_id is not null or b.article_id != s.article_id
)

select article_id, successor_id from succeeded
union
select successor_id, successor_id from succeeded where successor_id not in (select article_id from succeeded);

-- The texts to match: those that another article stands for, or the same one with another time, publisher or
-- title, are matched anew; those with a copy later than all before, by what the copy brings nearer.
create or replace temp table sought as
select
    s.text_hash, s.span, s.article_id, s.ordered_at, s.last_at,
    a.article_id is not null or w.article_id is not null as is_anew
from texts_after as s
left join appointed as a on s.article_id = a.article_id
left join withdrawn as w on s.text_hash = w.text_hash and s.span = w.span
left join texts_before as b on s.text_hash = b.text_hash and s.span = b.span
where a.article_id is not null or w.article_id is not null or s.last_at > b.last_at;

-- Equal texts have equal hashes. Those that come with no capture of the batch stand with the latest copy before.
create or replace temp table text_hashes as
with standing as (
    select text_hash, arg_max(article_id, ordered_at) as article_id, max(ordered_at) as ordered_at
    from texts_before
    where
        text_hash in (select text_hash from sought)
        and text_hash not in (select text_hash from fresh_articles where text_hash is not null)
    group by text_hash
)

select distinct a.text_hash, f.hash
from staged_fingerprints as f
inner join fresh_articles as a on f.capture_id = a.capture_id
union all
select s.text_hash, f.hash
from fingerprints as f
inner join standing as s on f.article_id = s.article_id and f.ordered_at = s.ordered_at
where f.ordered_at between (select min(ordered_at) from standing) and (select max(ordered_at) from standing);

create or replace temp table exact_pairs as
select article_id, duplicate_of
from (
    select
        article_id,
        first_value(article_id) over (partition by text_hash order by ordered_at, article_id) as duplicate_of
    from members
)
where article_id != duplicate_of;
