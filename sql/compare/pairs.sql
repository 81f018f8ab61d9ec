-- Pairs of duplicates that are added, removed, or related otherwise. Grain: one change.
create or replace temp table changes as
with paired as (
    select
        coalesce(b.article_id, a.article_id) as article_id,
        coalesce(b.duplicate_of, a.duplicate_of) as duplicate_of,
        b.relation as before,
        a.relation as after,
        b.links as linked_before,
        a.links as links_after
    from newsflow.main.duplicates as b
    full join beside.main.duplicates as a on b.article_id = a.article_id and b.duplicate_of = a.duplicate_of
    where (b.relation, b.links) is distinct from (a.relation, a.links)
),

found as (
    select
        case
            when before is null then 'added'
            when after is null then 'removed'
            when before != after then 'relation changes'
            else 'link changes'
        end as change,
        article_id,
        before || ' of ' || duplicate_of || if(linked_before, '', ', not linked') as before,
        after || ' of ' || duplicate_of || if(links_after, '', ', not linked') as after
    from paired
)

select change, article_id, before, after
from found;
