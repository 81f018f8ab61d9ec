-- One article of a story, the lead among them: who printed it, how long after the lead, how much of it, what was changed.
--
-- Words are compared as bags: each occurrence counts, their order does not. In scripts without spaces every
-- character is a word. `newsflow diff` shows the same two texts word by word, in order.
-- Texts are compared row by row behind the join with the lead, so that `where story_id = '...'` reads one story's.
create or replace view story_copies as
with paired as (
    -- The lead is not compared with itself: most articles are in no story with others.
    select
        p.story_id, p.article_id, p.publisher, p.wire, p.url, p.title, p.ordered_at,
        p.article_id = p.story_id as is_lead,
        lead.title as lead_title,
        lead.ordered_at as lead_at,
        case when p.article_id != p.story_id then [lower(p.text), lower(lead.text)] end as texts
    from articles as p
    inner join articles as lead on p.story_id = lead.article_id
),
worded as (
    select
        * exclude (texts),
        [
            regexp_extract_all(one, '\d+(?:[.,]\d+)*|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}]+')
            for one in texts
        ] as words
    from paired
),
bagged as (
    -- A bag as a set: the first, second, third occurrence of each word.
    select
        *,
        [
            flatten([
                [seen.key || ' ' || nth for nth in range(seen.value::bigint)]
                for seen in map_entries(list_aggregate(one, 'histogram'))
            ])
            for one in words
        ] as bags,
        [[word for word in one if regexp_matches(word, '^\d')] for one in words] as numbers
    from worded
),
compared as (
    select
        * exclude (words, bags, numbers),
        len(words[1]) as size,
        len(words[2]) as lead_size,
        len(list_intersect(bags[1], bags[2])) as kept,
        -- In an article's text and not in both: seen once. A histogram is in the order of its keys.
        [
            seen.key
            for seen in map_entries(list_aggregate(
                list_concat(list_distinct(numbers[1]), list_intersect(numbers[1], numbers[2])), 'histogram'
            ))
            if seen.value = 1
        ] as numbers
    from bagged
),
evidence as (
    -- Each pair seen from both its sides; of an article's pairs that with the lead, else the closest.
    select article_id, duplicate_of as other_id, relation, similarity, containment from duplicates where links
    union all
    select duplicate_of, article_id, relation, similarity, containment from duplicates where links
),
best as (
    select
        p.story_id,
        p.article_id,
        arg_max(
            {'other_id': e.other_id, 'relation': e.relation, 'similarity': e.similarity, 'containment': e.containment},
            (e.other_id = p.story_id, e.similarity, e.containment, e.other_id)
        ) as pair
    from evidence as e
    inner join articles as p on e.article_id = p.article_id
    where e.article_id != p.story_id
    group by p.story_id, p.article_id
)
select
    c.story_id, -- The story.
    c.article_id, -- Key.
    c.publisher, -- Who printed it.
    c.wire, -- The news agency it credits, if any.
    c.url, -- Where.
    c.title, -- Under which headline.
    c.ordered_at, -- When, UTC.
    c.is_lead, -- Whether it is the lead.
    c.ordered_at - c.lead_at as delay, -- How long after the lead.
    best.pair.relation as relation, -- exact, copy, excerpt or update, with the lead if they are a pair; null for the lead.
    best.pair.other_id as compared_with, -- The article that the relation is with: the lead, or the closest one.
    best.pair.similarity as similarity, -- Of that pair.
    best.pair.containment as containment, -- Of that pair.
    case when c.is_lead then 1.0 else coalesce(round(c.kept / nullif(c.lead_size, 0), 3), 0) end as words_kept, -- Share of the lead's words that it has, 0..1.
    case when c.is_lead then 0.0 else coalesce(round(1 - c.kept / nullif(c.size, 0), 3), 0) end as words_added, -- Share of its words that the lead has not, 0..1.
    coalesce(c.numbers, []) as numbers_added, -- The numbers in it that the lead has not.
    lower(trim(c.title)) is distinct from lower(trim(c.lead_title)) as is_retitled -- Whether its headline differs from the lead's.
from compared as c
left join best on c.article_id = best.article_id and c.story_id = best.story_id;
