-- One article of a story, the lead among them: who printed it, how long after the lead, how much of it, what was changed.
--
-- Words are compared as bags: each occurrence counts, their order does not. In scripts without spaces every
-- character is a word. `newsflow diff` shows the same two texts word by word, in order.
create or replace view story_copies as
with printed as (
    select
        a.story_id, a.article_id, a.publisher, a.wire, a.url, a.title, a.ordered_at,
        lower(a.text) as folded
    from articles as a
    where a.story_id is not null
),
occurrences as (
    select
        p.story_id, p.article_id,
        unnest(regexp_extract_all(
            p.folded, '\d+(?:[.,]\d+)*|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}]+'
        )) as word
    from printed as p
),
bags as (
    -- Grain: one word of one article.
    select story_id, article_id, word, count(*) as times
    from occurrences
    group by story_id, article_id, word
),
sizes as (
    select story_id, article_id, sum(times) as words
    from bags
    group by story_id, article_id
),
compared as (
    -- Grain: one article; what it has of the lead's words, and which numbers the lead has not.
    select
        b.story_id, b.article_id,
        sum(least(b.times, coalesce(l.times, 0))) as kept,
        list(b.word order by b.word) filter (where l.word is null and regexp_matches(b.word, '^\d')) as numbers
    from bags as b
    left join bags as l on b.story_id = l.story_id and l.article_id = l.story_id and b.word = l.word
    group by b.story_id, b.article_id
),
evidence as (
    -- Each pair seen from both its sides; of an article's pairs that with the lead, else the closest.
    select article_id, duplicate_of as other_id, relation, similarity, containment from duplicates where links
    union all
    select duplicate_of, article_id, relation, similarity, containment from duplicates where links
),
best as (
    select
        e.article_id,
        arg_max(
            {'other_id': e.other_id, 'relation': e.relation, 'similarity': e.similarity, 'containment': e.containment},
            (e.other_id = p.story_id, e.similarity, e.containment, e.other_id)
        ) as pair
    from evidence as e
    inner join printed as p on e.article_id = p.article_id
    where e.article_id != p.story_id
    group by e.article_id
)
select
    p.story_id, -- The story.
    p.article_id, -- Key.
    p.publisher, -- Who printed it.
    p.wire, -- The news agency it credits, if any.
    p.url, -- Where.
    p.title, -- Under which headline.
    p.ordered_at, -- When, UTC.
    p.article_id = p.story_id as is_lead, -- Whether it is the lead.
    p.ordered_at - lead.ordered_at as delay, -- How long after the lead.
    best.pair.relation as relation, -- exact, copy, excerpt or update, with the lead if they are a pair; null for the lead.
    best.pair.other_id as compared_with, -- The article that the relation is with: the lead, or the closest one.
    best.pair.similarity as similarity, -- Of that pair.
    best.pair.containment as containment, -- Of that pair.
    coalesce(round(c.kept / nullif(lead_size.words, 0), 3), 0) as words_kept, -- Share of the lead's words that it has, 0..1.
    coalesce(round(1 - c.kept / nullif(size.words, 0), 3), 0) as words_added, -- Share of its words that the lead has not, 0..1.
    coalesce(c.numbers, []) as numbers_added, -- The numbers in it that the lead has not.
    lower(trim(p.title)) is distinct from lower(trim(lead.title)) as is_retitled -- Whether its headline differs from the lead's.
from printed as p
inner join printed as lead on p.story_id = lead.article_id
left join best on p.article_id = best.article_id
left join compared as c on p.article_id = c.article_id and p.story_id = c.story_id
left join sizes as size on p.article_id = size.article_id and p.story_id = size.story_id
left join sizes as lead_size on p.story_id = lead_size.article_id and p.story_id = lead_size.story_id;
