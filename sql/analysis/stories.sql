-- The biggest stories of a period: those with an article in it that matches what was asked for; a parameter that
-- is null asks for nothing. Counts are of the whole story. Grain: one story.
with told as (
    select
        a.story_id, a.publisher,
        regexp_extract_all(lower(strip_accents(concat_ws(' ', a.title, a.text))), '[\p{L}\p{N}]+') as words
    from articles as a
    where
        a.story_id is not null
        and ($since is null or a.ordered_at >= $since::timestamptz)
        and ($before is null or a.ordered_at < $before::timestamptz)
),
meant as (
    select story_id
    from told
    where
        $about is null
        or list_has_all(words, regexp_extract_all(lower(strip_accents($about)), '[\p{L}\p{N}]+'))
    group by story_id
),
printed as (
    select
        a.story_id,
        count(*) as article_count,
        count(distinct a.publisher) as publisher_count,
        min(a.ordered_at) as first_published_at,
        max(a.ordered_at) as last_published_at,
        list(distinct a.publisher order by a.publisher) filter (where a.publisher is not null) as publishers,
        list(distinct a.wire order by a.wire) filter (where a.wire is not null) as wires
    from articles as a
    where a.story_id in (select story_id from meant)
    group by a.story_id
)
select
    p.first_published_at, p.article_count, p.publisher_count, lead.title, lead.publisher, p.last_published_at,
    coalesce(p.wires, []) as wires, coalesce(p.publishers, []) as publishers, lead.url, p.story_id,
    count(*) over () as matches
from printed as p
inner join articles as lead on p.story_id = lead.article_id
where
    p.article_count >= $least
    and ($publisher is null or list_contains(p.publishers, lower($publisher)))
order by p.publisher_count desc, p.article_count desc, p.first_published_at desc, p.story_id
limit $limit;
