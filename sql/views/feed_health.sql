-- One feed: whether it answers, and whether it brings as much as it used to.
create or replace view feed_health as
with spans as (
    select f.feed_id, min(e.first_seen_at) as began_at, max(e.first_seen_at) as last_entry_at
    from feeds as f
    inner join entries as e on f.feed_id = e.feed_id and e.first_seen_at >= f.added_at
    group by f.feed_id
),

windows as (
    -- What is normal is told by the 27 days before the last one; once a feed is silent, by those before its silence,
    -- or silence would become normal. The first good poll brings a backlog: what came within a day of it is no measure.
    select
        feed_id,
        last_entry_at,
        least(now() - interval 1 day, last_entry_at) as until_at,
        greatest(began_at + interval 1 day, least(now() - interval 1 day, last_entry_at) - interval 27 days) as from_at
    from spans
),

volumes as (
    select
        e.feed_id,
        count(*) filter (where e.first_seen_at >= now() - interval 1 day) as last_day,
        count(*) filter (where e.first_seen_at >= w.from_at and e.first_seen_at < w.until_at) as before
    from windows as w
    inner join entries as e on w.feed_id = e.feed_id
    group by e.feed_id
),

measured as (
    select
        w.feed_id,
        v.last_day,
        (epoch(now()) - epoch(w.last_entry_at)) / 86400.0 as silent_days,
        case
            when w.until_at >= w.from_at + interval 1 day
                then v.before * 86400.0 / (epoch(w.until_at) - epoch(w.from_at))
        end as normal_day
    from windows as w
    inner join volumes as v on w.feed_id = v.feed_id
)

select
    f.feed_id, -- The feed.
    f.feed_url, -- Where it is polled.
    f.title, -- Its title.
    f.publisher, -- The registrable domain of its address.
    case
        when f.status != 'active' then f.status
        when f.last_polled_at is null then 'new'
        when f.failures >= 3 then 'failing'
        when f.next_poll_at < now() - interval 1 hour then 'late'
        when m.silent_days >= 1 and m.normal_day * m.silent_days >= 5 then 'silent'
        when m.normal_day >= 3 and m.last_day < 0.25 * m.normal_day then 'low'
        when m.normal_day >= 3 and m.last_day > 4 * m.normal_day then 'high'
        else 'well'
    end as health, -- well; new; failing (3 polls in a row); late (due for an hour); silent (nothing for a day or more, when five entries were to be expected); low, high (entries_last_day below a quarter of entries_normal_day, above four times of it); paused; gone.
    f.last_polled_at, -- When it was last asked, UTC.
    f.last_success_at, -- When it last answered as a feed should, UTC.
    f.last_new_at, -- When it last brought a new entry, UTC.
    f.failures, -- Failed polls since the last good one.
    f.last_failure, -- Why the latest poll failed; null after a good one.
    f.interval_seconds, -- Its own interval.
    f.next_poll_at, -- When it is due, UTC.
    coalesce(m.last_day, 0) as entries_last_day, -- New entries of the last 24 hours.
    round(m.normal_day, 1) as entries_normal_day -- New entries a day in the 27 days before that, or before its silence; null in a feed's first three days.
from feeds as f
left join measured as m on f.feed_id = m.feed_id;
