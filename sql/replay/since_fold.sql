-- What was made again takes its place among what was not. Grain: the one of each table.
create or replace temp table remade as
select article_id from articles where article_id in (
    select c.article_id
    from newsflow.main.captures as c
    semi join beside.again.asked as a on c.capture_id = a.capture_id
)
union
select article_id from beside.again.articles;

create or replace temp table placed as
select article_id, story_id from articles where article_id in (select article_id from remade);

delete from articles where article_id in (select article_id from remade);

insert into articles by name
select n.* replace (p.story_id as story_id)
from beside.again.articles as n
inner join placed as p on n.article_id = p.article_id;

delete from quotes where article_id in (select article_id from remade);

insert into quotes by name from beside.again.quotes;

delete from article_revisions where article_id in (select article_id from remade);

insert into article_revisions by name from beside.again.article_revisions;

delete from rejects where item_key in (select capture_id::varchar from beside.again.asked);

-- Of items that were never captured: those that other processes refused meanwhile.
insert into rejects by name
select r.*
from newsflow.main.rejects as r
semi join (
    select b.batch_id
    from newsflow.main.batches as b
    anti join batches as held on b.batch_id = held.batch_id
) as new on r.batch_id = new.batch_id
anti join newsflow.main.captures as c on r.item_key = c.capture_id::varchar;

insert into rejects by name from beside.again.rejects;

delete from captures where capture_id in (select capture_id from beside.again.asked);

insert into captures by name from beside.again.captures;

insert into batches by name
select b.*
from newsflow.main.batches as b
anti join batches as held on b.batch_id = held.batch_id;

-- A batch counts its items by where they end.
update batches as b
set
    items = c.items,
    loaded = c.loaded,
    revised = c.revised,
    unchanged = c.unchanged,
    duplicate_url = c.duplicate_url,
    rejected = c.rejected
from (
    select
        batch_id,
        count(*) as items,
        count(*) filter (where disposition = 'loaded') as loaded,
        count(*) filter (where disposition = 'revised') as revised,
        count(*) filter (where disposition = 'unchanged') as unchanged,
        count(*) filter (where disposition = 'duplicate_url') as duplicate_url,
        count(*) filter (where disposition = 'rejected') as rejected
    from (
        select batch_id, disposition from captures
        union all
        select r.batch_id, 'rejected'
        from rejects as r
        anti join captures as c on r.item_key = c.capture_id::varchar
    )
    group by batch_id
) as c
where
    b.batch_id = c.batch_id
    and b.batch_id in (
        select m.batch_id
        from newsflow.main.captures as m
        semi join beside.again.asked as a on m.capture_id = a.capture_id
    );
