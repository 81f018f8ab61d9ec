-- One feed: whether it answers, and whether it brings as much as it used to.
create or replace view feed_health as
with volumes as (
    select
        feed_id,
        count(*) filter (where first_seen_at >= now() - interval 1 day) as last_day,
        count(*) filter (where first_seen_at < now() - interval 1 day) as before,
        max(first_seen_at) as last_entry_at
    from entries
    where first_seen_at >= now() - interval 28 days
    group by feed_id
),

-- The first poll brings a backlog, so that what came within a day of the subscription is no measure, and a feed
-- of less than three days has no normal yet.
aged as (
    select feed_id, least(27.0, (epoch(now()) - epoch(added_at)) / 86400.0 - 1.0) as days_before
    from feeds
),

backlogs as (
    select e.feed_id, count(*) as entries
    from entries as e
    inner join feeds as f on e.feed_id = f.feed_id
    where
        e.first_seen_at >= now() - interval 28 days
        and e.first_seen_at < f.added_at + interval 1 day
        and e.first_seen_at < now() - interval 1 day
    group by e.feed_id
),

measured as (
    select
        a.feed_id,
        v.last_entry_at,
        coalesce(v.last_day, 0) as last_day,
        case
            when a.days_before >= 27 then coalesce(v.before, 0) / 27.0
            when a.days_before >= 2 then (coalesce(v.before, 0) - coalesce(b.entries, 0)) / (a.days_before - 1)
        end as normal_day
    from aged as a
    left join volumes as v on a.feed_id = v.feed_id
    left join backlogs as b on a.feed_id = b.feed_id
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
        when m.normal_day >= 3 and m.last_day = 0 then 'silent'
        when m.normal_day >= 3 and m.last_day < 0.25 * m.normal_day then 'low'
        when m.normal_day >= 3 and m.last_day > 4 * m.normal_day then 'high'
        else 'well'
    end as health, -- well; new; failing (3 polls in a row); late (due for an hour); silent, low, high (entries_last_day against entries_normal_day); paused; gone.
    f.last_polled_at, -- When it was last asked, UTC.
    f.last_success_at, -- When it last answered as a feed should, UTC.
    f.last_new_at, -- When it last brought a new entry, UTC.
    f.failures, -- Failed polls since the last good one.
    f.last_failure, -- Why the latest poll failed; null after a good one.
    f.interval_seconds, -- Its own interval.
    f.next_poll_at, -- When it is due, UTC.
    m.last_day as entries_last_day, -- New entries of the last 24 hours.
    round(m.normal_day, 1) as entries_normal_day -- New entries a day in the 27 days before; null in a feed's first three days.
from feeds as f
inner join measured as m on f.feed_id = m.feed_id;
