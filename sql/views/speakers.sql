-- One speaker with a name: the forms under which the articles quote them, put together where that is safe.
--
-- Two forms belong together when their last names are equal and their first names do not contradict: equal but
-- for spellings of one transliterated name (Sergey, Sergei), or an initial that fits one first name only
-- (S. Lavrov). A middle initial may be missing; two different ones keep people apart. A last name alone belongs
-- to the first name that has nine tenths of the quotes of that last name, and only while it is not the commoner
-- form: articles name a person in full first, so a single word that is seen more often (Washington, Jordan) is
-- somebody or something else. Names with other words in them (Bank of America, Berg and Falk) stand alone, and
-- speakers without a name (a senior official) are left out. 0.2 s for 100,000 quotes by 3,000 speakers.
create or replace view speakers as
with forms as (
    -- Grain: one form of a name, as written.
    select
        q.speaker as form,
        count(*) as quote_count,
        list_filter(
            regexp_extract_all(regexp_replace(q.speaker, '\.|\b[AaEe]l-', '', 'g'), '[^\s,]+'),
            lambda word: not list_contains(
                [
                    'the', 'der', 'die', 'das', 'la', 'le', 'el', 'los', 'las', 'il', 'von', 'van', 'den', 'de',
                    'del', 'della', 'di', 'da', 'dos', 'du', 'al', 'bin', 'ibn', 'ter', 'ten', 'zu'
                ],
                lower(word)
            )
        ) as words
    from quotes as q
    where q.speaker is not null
    group by q.speaker
),
named as (
    -- Only names: they do not begin in lower case. Transliterations of one sound are spelt alike in `keys`.
    select
        form, quote_count,
        list_transform(
            words,
            lambda word: replace(
                regexp_replace(lower(strip_accents(word)), '(iy|ij|yi|y|j$)', 'i', 'g'), 'ks', 'x'
            )
        ) as keys,
        len(list_filter(words, lambda word: regexp_matches(word, '^\p{Ll}|^&$'))) > 0 as is_compound
    from forms
    where regexp_matches(words[1], '^[^\p{Ll}]')
),
parts as (
    -- A last name behind which stands Jr or III keeps that with the first name.
    select
        form, quote_count, is_compound,
        case when list_contains(['jr', 'sr', 'ii', 'iii', 'iv'], keys[-1]) and len(keys) > 1
            then list_concat(keys[-2:-2], keys[:-3], keys[-1:])
            else list_concat(keys[-1:], keys[:-2])
        end as ordered
    from named
),
people as (
    select
        form, quote_count, is_compound,
        case when is_compound then form else ordered[1] end as last_name,
        case when not is_compound then
            array_to_string(
                list_concat(ordered[2:2], list_filter(ordered[3:], lambda word: length(word) > 1)), ' '
            )
        end as first_name,
        nullif(array_to_string(list_filter(ordered[3:], lambda word: length(word) = 1), ''), '') as middle
    from parts
),
kept_apart as (
    select
        form, quote_count, last_name,
        case when
            min(middle) over (partition by last_name, first_name)
            = max(middle) over (partition by last_name, first_name)
            or middle is null then first_name
            else concat_ws(' ', first_name, middle)
        end as first_name
    from people
),
full_names as (
    -- Grain: one last name with one first name that is more than an initial.
    select last_name, first_name, sum(quote_count) as quote_count
    from kept_apart
    where length(first_name) > 1
    group by last_name, first_name
),
initials as (
    -- Grain: one last name with one initial that fits one first name only.
    select last_name, left(first_name, 1) as initial, any_value(first_name) as first_name
    from full_names
    group by last_name, initial
    having count(*) = 1
),
dominant as (
    -- Grain: one last name that goes to one first name when it stands alone.
    select last_name, arg_max(first_name, quote_count) as first_name, sum(quote_count) as quote_count
    from full_names
    group by last_name
    having max(quote_count) >= 0.9 * sum(quote_count)
),
alone as (
    select last_name, sum(quote_count) as quote_count
    from kept_apart
    where first_name = ''
    group by last_name
),
together as (
    -- Grain: one form, with the last and the first name under which it is counted.
    select
        k.form,
        k.last_name,
        case
            when length(k.first_name) = 1 then coalesce(i.first_name, k.first_name)
            when k.first_name = '' and d.quote_count >= alone.quote_count then d.first_name
            else k.first_name
        end as first_name
    from kept_apart as k
    left join initials as i on k.last_name = i.last_name and k.first_name = i.initial
    left join dominant as d on k.last_name = d.last_name
    left join alone on k.last_name = alone.last_name
),
counted as (
    select t.last_name, t.first_name, t.form, q.article_id, a.publisher, a.ordered_at
    from together as t
    inner join quotes as q on t.form = q.speaker
    inner join articles as a on q.article_id = a.article_id
),
by_form as (
    select last_name, first_name, form, count(*) as quote_count
    from counted
    group by last_name, first_name, form
),
listed as (
    select
        last_name, first_name,
        list(form order by quote_count desc, length(form) desc, form) as forms,
        list(form order by contains(form, ' ') desc, quote_count desc, length(form) desc, form)[1] as speaker
    from by_form
    group by last_name, first_name
),
totals as (
    select
        last_name, first_name,
        count(*) as quote_count,
        count(distinct article_id) as article_count,
        count(distinct publisher) as publisher_count,
        min(ordered_at) as first_quoted_at,
        max(ordered_at) as last_quoted_at
    from counted
    group by last_name, first_name
)
select
    l.speaker, -- Key: the form in most quotes, one with a first name where there is one.
    l.forms, -- All forms, most quoted first; each form stands in one row only.
    t.quote_count, -- Quotes under any of the forms.
    t.article_count, -- Articles with such a quote.
    t.publisher_count, -- Publishers with such a quote.
    t.first_quoted_at, -- The ordered_at of the earliest of these articles, UTC.
    t.last_quoted_at -- The ordered_at of the latest, UTC.
from listed as l
inner join totals as t
    on l.last_name = t.last_name and l.first_name is not distinct from t.first_name;
