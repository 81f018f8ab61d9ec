-- Quotes that are added, removed, or attributed otherwise. A quote is the same if it has the same words in the same
-- article; of several with the same words, each is compared with its like in order. Grain: one change.
create or replace temp table changes as
with before as (
    select *, row_number() over (partition by article_id, text order by ordinal) as nth from newsflow.main.quotes
),

after as (
    select *, row_number() over (partition by article_id, text order by ordinal) as nth from beside.main.quotes
),

both_ways as (
    select
        b.article_id,
        b.text,
        unnest(list_filter(
            [
                {'name': 'speaker', 'before': b.speaker, 'after': a.speaker},
                {'name': 'speaker_mention', 'before': b.speaker_mention, 'after': a.speaker_mention},
                {'name': 'speaker_role', 'before': b.speaker_role, 'after': a.speaker_role},
                {'name': 'cue', 'before': b.cue, 'after': a.cue},
                {'name': 'kind', 'before': b.kind, 'after': a.kind},
                {'name': 'confidence', 'before': b.confidence::varchar, 'after': a.confidence::varchar}
            ],
            lambda one: one.before is distinct from one.after
        ), max_depth := 2)
    from before as b
    inner join after as a on b.article_id = a.article_id and b.text = a.text and b.nth = a.nth
),

found as (
    select
        name || ' changes' as change,
        article_id,
        text || ': ' || coalesce(before, 'none') as before,
        text || ': ' || coalesce(after, 'none') as after
    from both_ways
    union all
    select 'added', a.article_id, null, a.text
    from after as a
    anti join before as b on b.article_id = a.article_id and b.text = a.text and b.nth = a.nth
    union all
    select 'removed', b.article_id, b.text, null
    from before as b
    anti join after as a on b.article_id = a.article_id and b.text = a.text and b.nth = a.nth
)

select change, article_id, before, after
from found;
