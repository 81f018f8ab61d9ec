-- The rows behind the output shown in docs/feeds.md: six feeds that were polled for weeks, placed in time by now().
insert into feeds (
    feed_id, feed_url, title, publisher, language, kind, category, status, next_poll_at, interval_seconds, failures,
    last_failure, last_polled_at, last_success_at, last_new_at, moved_times, skip_hours, skip_days, added_at
)
select
    md5(name)::uuid, 'https://' || name || '.example/rss.xml', title, name || '.example', 'en', 'rss', 'Coast', status,
    now() + to_minutes(next), 1800, failures, failure, now() - to_minutes(30 - next), now() - to_minutes(good),
    now() - to_minutes(good), 0, [], [], now() - interval 60 days
from (
    values
    ('coastline-wire', 'Coastline Wire', 'active', 12, 0, null, 18),
    ('ellery-post', 'Ellery Post', 'active', 25, 0, null, 5),
    ('harbour-gazette', 'Harbour Gazette', 'active', 29, 5, 'forbidden', 2880),
    ('inland-observer', 'Inland Observer', 'active', 8, 0, null, 22),
    ('tagblatt', 'Tagblatt', 'paused', 3, 0, null, 40000)
) as f (name, title, status, next, failures, failure, good);

insert into entries (entry_id, feed_id, feed_url, entry_key, url, page_id, title, first_seen_at)
select
    md5(name || n)::uuid, md5(name)::uuid, 'https://' || name || '.example/rss.xml', 'tag:' || n,
    'https://' || name || '.example/news/' || n, md5(name || n)::uuid, 'News ' || n,
    now() - to_minutes(latest * 60 + n * 1440 // per_day + 30)
from (
    values ('coastline-wire', 24, 0, 700), ('ellery-post', 8, 40, 240), ('inland-observer', 6, 0, 180)
) as f (name, per_day, latest, entries), range(700) as numbers (n)
where n < entries;

insert into fetches (
    page_id, url, attempted_at, cause, outcome, http_status, detail, failures, checks, next_at, born_at,
    training_opt_outs
)
select
    page_id, url, first_seen_at + interval 1 minute, 'entry', outcome, status, detail, failures, 0,
    case when outcome = 'server_error' then now() + interval 20 minutes end, first_seen_at, []
from (
    select
        e.*,
        case
            when feed_url like '%ellery%' then 'forbidden'
            when feed_url like '%inland%' then 'timeout'
            else 'server_error'
        end as outcome,
        case when feed_url like '%inland%' then null when feed_url like '%ellery%' then 403 else 503 end as status,
        case when feed_url like '%inland%' then 'no answer within 60 s' end as detail,
        case when feed_url like '%coastline%' then 2 else 5 end as failures
    from entries as e
    where (feed_url like '%ellery%' and entry_key in ('tag:4', 'tag:5', 'tag:9')) or entry_key = 'tag:1'
);

insert into captures
select
    md5('capture' || page_id)::uuid, url, url, first_seen_at, 200, 'text/html', md5(url), 'live', 0, 'loaded', page_id,
    'live'
from entries as e
where entry_key != 'tag:0' and page_id not in (select page_id from fetches);

insert into fetches (
    page_id, url, attempted_at, cause, outcome, http_status, failures, checks, next_at, born_at, capture_id,
    training_opt_outs
)
select article_id, url, fetched_at, 'entry', 'fetched', 200, 0, 1, null, fetched_at, capture_id, [] from captures;
