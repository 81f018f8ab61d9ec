-- Near pairs found before stay whatever is known now: they go over to the articles that stand for their texts now.
-- Where a pair is verified again, that takes its place unless it would take back a link. Grain: one pair.
create or replace temp table carried as
with succeeding as (
    select
        coalesce(a.successor_id, d.article_id) as one_id,
        coalesce(b.successor_id, d.duplicate_of) as other_id,
        d.relation, d.similarity, d.containment, d.links, d.detected_at
    from duplicates as d
    left join successions as a on d.article_id = a.article_id
    left join successions as b on d.duplicate_of = b.article_id
    where
        d.relation != 'exact'
        and (a.article_id is not null or b.article_id is not null)
        and d.article_id not in (select article_id from withdrawn)
        and d.duplicate_of not in (select article_id from withdrawn)
),

-- Only what lies between the times of a predecessor and its successor can have changed sides with them.
turned as (
    select b.ordered_at
    from texts_before as b
    semi join successions as s on b.article_id = s.article_id
    union all
    select t.ordered_at
    from texts_after as t
    semi join successions as s on t.article_id = s.successor_id
),

placed as (
    select article_id, ordered_at
    from articles
    where
        ordered_at between (select min(ordered_at) from turned) and (select max(ordered_at) from turned)
        and (article_id in (select one_id from succeeding) or article_id in (select other_id from succeeding))
),

oriented as (
    select
        s.*,
        a.ordered_at is not null and b.ordered_at is not null
        and (a.ordered_at, a.article_id) < (b.ordered_at, b.article_id) as is_turned
    from succeeding as s
    left join placed as a on s.one_id = a.article_id
    left join placed as b on s.other_id = b.article_id
)

select
    case when is_turned then other_id else one_id end as article_id,
    case when is_turned then one_id else other_id end as duplicate_of,
    relation, similarity, containment, links, detected_at
from oriented
qualify row_number() over (partition by article_id, duplicate_of order by links desc, similarity desc) = 1;

delete from duplicates
where
    relation != 'exact'
    and (
        article_id in (select article_id from withdrawn)
        or duplicate_of in (select article_id from withdrawn)
        or article_id in (select article_id from successions)
        or duplicate_of in (select article_id from successions)
    );

insert into duplicates (article_id, duplicate_of, relation, similarity, containment, links, detected_at)
select c.article_id, c.duplicate_of, c.relation, c.similarity, c.containment, c.links, c.detected_at
from carried as c
left join verified as v on c.article_id = v.article_id and c.duplicate_of = v.duplicate_of
where v.article_id is null or (c.links and not v.links);
