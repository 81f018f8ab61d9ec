-- Quotes that match what was asked for, newest first; a parameter that is null asks for nothing. Grain: one quote,
-- the parts of an utterance that its cue interrupts ("X," he said, "Y") put together, with " … " between them.
with forms as (
    -- All forms of the speakers one of whose forms has every word of the name asked for.
    select s.speaker, unnest(s.forms) as form
    from speakers as s
),
meant as (
    select s.form
    from forms as s
    where s.speaker in (
        select f.speaker from forms as f
        where list_has_all(
            regexp_extract_all(lower(strip_accents(f.form)), '[\p{L}\p{N}]+'),
            regexp_extract_all(lower(strip_accents($speaker)), '[\p{L}\p{N}]+')
        )
    )
),
later_parts as (
    select article_id, continues, string_agg(text, ' … ' order by ordinal) as text
    from quotes
    where continues is not null
    group by article_id, continues
),
told as (
    select
        q.quote_id, a.ordered_at, a.publisher, q.speaker, q.speaker_role, q.speaker_mention, q.kind,
        concat_ws(' … ', q.text, p.text) as text,
        q.confidence, q.ordinal, a.title, a.url, a.article_id,
        regexp_extract_all(
            lower(strip_accents(concat_ws(' ', q.text, p.text, a.title))), '[\p{L}\p{N}]+'
        ) as words
    from quotes as q
    inner join articles as a on q.article_id = a.article_id
    left join later_parts as p on q.article_id = p.article_id and q.ordinal = p.continues
    where
        q.continues is null
        and ($since is null or a.ordered_at >= $since::timestamptz)
        and ($before is null or a.ordered_at < $before::timestamptz)
        and ($publisher is null or a.publisher = lower($publisher))
        and ($kinds is null or list_contains($kinds::varchar[], q.kind))
)
select
    ordered_at as published_at, publisher, speaker, speaker_role, speaker_mention, kind, text, title, url,
    confidence, article_id, quote_id,
    count(*) over () as matches
from told
where
    (
        $speaker is null
        or speaker in (select form from meant)
        -- Speakers without a name are in no row of the view.
        or list_has_all(
            regexp_extract_all(lower(strip_accents(speaker)), '[\p{L}\p{N}]+'),
            regexp_extract_all(lower(strip_accents($speaker)), '[\p{L}\p{N}]+')
        )
    )
    and (
        $about is null
        or list_has_all(words, regexp_extract_all(lower(strip_accents($about)), '[\p{L}\p{N}]+'))
    )
order by ordered_at desc, article_id, ordinal
limit $limit;
