-- One utterance: the same words of one speaker in one or more articles, also trimmed or lightly altered.
--
-- Quotes of one speaker's last name with equal words are one wording. Two wordings are linked when, of the word
-- 4-grams of the one with fewer,
--   a) half are in the other, their speakers have one last name, and either both have eight words or they were
--      first printed within seven days of each other; or
--   b) four fifths are in the other, both have eight words, and neither is indirect: the papers then differ on
--      the speaker, or do not name one;
-- and in both cases all figures of the one with fewer are in the other. A 4-gram that more than 20 last names have
-- said is a set phrase and counts for nothing. Not all pairs are compared: for each 4-gram of a wording only the
-- fullest wording that has it, of the same last name and of all, so the cost is linear in the words. Each wording
-- goes to the fullest one that it is linked to, and that one's fullest, up to eight times.
--
-- A quote of fewer than four words is one with another only in the same story, with the same words and last name; so
-- is an indirect quote of a speaker without a name.
--
-- All of it takes 3 to 4 s for 100,000 quotes (2 to 45 words, two in five trimmed or altered) on one thread, and 5 s
-- where they are 100 utterances in 1,000 wordings each.
create or replace view utterances as
with split as (
    select
        q.quote_id, q.article_id, q.text, q.speaker, q.kind = 'indirect' as is_indirect,
        coalesce(a.story_id, a.article_id) as story_id, a.publisher, a.ordered_at,
        regexp_extract_all(
            lower(strip_accents(regexp_replace(q.text, '[''’]', '', 'g'))), '[\p{L}\p{N}]+'
        ) as words,
        -- A speaker without a name begins in lower case; particles of names do too.
        case when regexp_matches(q.speaker, '^([^\p{Ll}]|(von|van|de|der|den|di|da|del|la|le|al|bin) )')
            then lower(strip_accents(regexp_extract(
                regexp_replace(q.speaker, ',? (Jr|Sr|II|III|IV)\.?$', ''), '[\p{L}\p{N}]+[^\p{L}\p{N}]*$'
            )))
        end as last_name
    from quotes as q
    inner join articles as a on q.article_id = a.article_id
),
spoken as materialized (
    -- Grain: one quote.
    select
        *,
        array_to_string(words, ' ') as content,
        case
            when len(words) < 4 then concat_ws(' ', 'short', story_id, coalesce(last_name, lower(speaker)))
            when is_indirect and last_name is null then concat_ws(' ', 'unnamed', story_id)
            else concat_ws(' ', 'by', last_name)
        end as scope
    from split
),
wordings as materialized (
    -- Grain: one wording; the fuller it is, the lower its number.
    select
        row_number() over (order by len(words) desc, min(ordered_at), content, scope) as wording,
        content, scope, words,
        any_value(last_name) as last_name,
        bool_and(is_indirect) as is_indirect,
        min(ordered_at) as first_at,
        list_filter(words, lambda word: regexp_matches(word, '\p{N}')) as figures
    from spoken
    group by content, scope, words
),
shingles as materialized (
    select distinct
        wording, last_name,
        hash(unnest(list_zip(words, words[2:], words[3:], words[4:], true))) as gram
    from wordings
    where len(words) >= 4
),
common as (
    select gram
    from shingles
    group by gram
    having count(distinct last_name) > 20
),
grams as materialized (
    select wording, last_name, gram
    from shingles
    anti join common using (gram)
),
sizes as (
    select wording, count(*) as size
    from grams
    group by wording
),
fullest_named as (
    select gram, last_name, min(wording) as fuller
    from grams
    group by gram, last_name
),
fullest_of_all as (
    select gram, min(fuller) as fuller
    from fullest_named
    group by gram
),
pairs as (
    -- Grain: one pair of wordings to compare.
    select g.wording, f.fuller
    from grams as g
    inner join fullest_named as f on g.gram = f.gram and g.last_name = f.last_name
    where f.fuller < g.wording
    union
    select g.wording, f.fuller
    from grams as g
    inner join fullest_of_all as f on g.gram = f.gram
    where f.fuller < g.wording
),
compared as materialized (
    -- Grain: one 4-gram of one pair; materialised, or all pairs that share a 4-gram would be joined first.
    select p.fuller, p.wording, g.gram
    from pairs as p
    inner join grams as g on p.wording = g.wording
),
shared as (
    -- Grain: one pair of wordings, with the number of 4-grams in both.
    select c.fuller, c.wording, count(*) as size
    from compared as c
    inner join grams as g on c.fuller = g.wording and c.gram = g.gram
    group by c.fuller, c.wording
),
links as (
    -- Grain: one linked pair.
    select s.fuller, s.wording
    from shared as s
    inner join sizes as m on s.fuller = m.wording
    inner join sizes as n on s.wording = n.wording
    inner join wordings as a on s.fuller = a.wording
    inner join wordings as b on s.wording = b.wording
    where
        list_has_all(a.figures, b.figures)
        and (
            (
                a.last_name = b.last_name
                and s.size >= 0.5 * least(m.size, n.size)
                and (len(b.words) >= 8 or abs(epoch(a.first_at) - epoch(b.first_at)) <= 7 * 86400)
            )
            or (
                s.size >= 0.8 * least(m.size, n.size)
                and len(b.words) >= 8
                and not a.is_indirect and not b.is_indirect
            )
        )
),
-- One step to the fullest, then two, four and eight at once. Each step leads to a lower number, so none goes round.
once as materialized (
    select w.wording, coalesce(min(l.fuller), w.wording) as fullest
    from wordings as w
    left join links as l on w.wording = l.wording
    group by w.wording
),
twice as materialized (
    select a.wording, b.fullest from once as a inner join once as b on a.fullest = b.wording
),
four_times as materialized (
    select a.wording, b.fullest from twice as a inner join twice as b on a.fullest = b.wording
),
eight_times as (
    select a.wording, b.fullest from four_times as a inner join four_times as b on a.fullest = b.wording
),
placed as materialized (
    -- Grain: one quote, with the fullest wording of its utterance.
    select e.fullest, w.wording, s.*
    from spoken as s
    inner join wordings as w on s.content = w.content and s.scope = w.scope
    inner join eight_times as e on w.wording = e.wording
),
by_name as (
    select fullest, last_name, count(*) as quotes, max_by(speaker, (length(speaker), speaker)) as form
    from placed
    where speaker is not null
    group by fullest, last_name
),
said_by as (
    -- The name that most quotes give, in its longest form.
    select fullest, max_by(form, (last_name is not null, quotes, form)) as speaker
    from by_name
    group by fullest
),
by_content as (
    select fullest, min(wording) as wording, min_by(text, (ordered_at, quote_id)) as text
    from placed
    group by fullest, content
),
worded as (
    select fullest, list(text order by wording) as wordings
    from by_content
    group by fullest
),
totals as (
    select
        fullest,
        min_by(quote_id, (ordered_at, quote_id)) as utterance_id,
        min(ordered_at) as first_seen_at,
        min_by(article_id, (ordered_at, quote_id)) as first_article_id,
        arg_min_null(publisher, (ordered_at, quote_id)) as first_publisher,
        count(*) as quote_count,
        count(distinct article_id) as article_count,
        count(distinct publisher) as publisher_count,
        list(quote_id order by ordered_at, quote_id) as quote_ids
    from placed
    group by fullest
)
select
    t.utterance_id, -- Key: the quote_id of its earliest quote.
    s.speaker, -- Who said it: the name that most of its quotes give, in the longest form; null where none does.
    w.wordings[1] as text, -- The fullest wording.
    t.first_seen_at, -- The ordered_at of the earliest article that has it, UTC.
    t.first_article_id, -- That article.
    t.first_publisher, -- Its publisher.
    t.article_count, -- Articles that have it.
    t.publisher_count, -- Publishers that printed it.
    t.quote_count, -- Quotes of it: an article may have it in parts, or twice.
    w.wordings, -- All wordings, fullest first; those that differ in marks and capitals only, once.
    t.quote_ids -- Its quotes, earliest first, to join with quotes.
from totals as t
inner join worded as w on t.fullest = w.fullest
left join said_by as s on t.fullest = s.fullest;
