-- Answers of 429 and 503 after which a host is still to be left alone. Grain: one answer.
select url, least(next_at, attempted_at + interval 1 day) as until
from fetches
where attempted_at >= $since and http_status in (429, 503) and next_at > $now
union all
select f.feed_url, least(p.next_poll_at, p.polled_at + interval 1 day)
from polls as p
inner join feeds as f on p.feed_id = f.feed_id
where p.polled_at >= $since and p.http_status in (429, 503) and p.next_poll_at > $now;
