-- What a batch of live ingestion says of feeds and pages, in the transaction of its articles: a feed's validators
-- move on only with the entries of the body that they stand for. A pause or removal made meanwhile stays.
create or replace temp table staged_feeds as
with judged as (
    select
        s.*,
        held.feed_url as held_url,
        -- Where a feed has moved to the address of another one, it ends: the other brings the same.
        s.feed_url != held.feed_url and s.feed_url in (select feed_url from feeds) as meets_another
    from read_parquet($folder || '/feeds.parquet') as s
    inner join feeds as held on s.feed_id = held.feed_id
)

select
    * exclude (feed_url, held_url, status, meets_another),
    case when meets_another then held_url else feed_url end as feed_url,
    case when meets_another then 'gone' else status end as status
from judged;

update feeds as f
set
    feed_url = s.feed_url,
    title = s.title,
    language = s.language,
    kind = s.kind,
    status = case when f.status = 'paused' then f.status else s.status end,
    etag = s.etag,
    last_modified = s.last_modified,
    body_sha256 = s.body_sha256,
    next_poll_at = s.next_poll_at,
    interval_seconds = s.interval_seconds,
    failures = s.failures,
    last_failure = s.last_failure,
    last_polled_at = s.last_polled_at,
    last_success_at = s.last_success_at,
    last_new_at = s.last_new_at,
    moved_to = s.moved_to,
    moved_times = s.moved_times,
    ttl_seconds = s.ttl_seconds,
    sy_seconds = s.sy_seconds,
    skip_hours = s.skip_hours,
    skip_days = s.skip_days
from staged_feeds as s
where f.feed_id = s.feed_id;

insert into polls (
    feed_id, polled_at, outcome, http_status, detail, entries, new_entries, seconds, next_poll_at, warc_file,
    warc_offset
)
select
    feed_id, polled_at, outcome, http_status, detail, entries, new_entries, seconds, next_poll_at, warc_file,
    warc_offset
from read_parquet($folder || '/polls.parquet')
order by polled_at;

insert into entries (
    entry_id, feed_id, feed_url, entry_key, url, page_id, title, published_at, first_seen_at
)
select entry_id, feed_id, feed_url, entry_key, url, page_id, title, published_at, first_seen_at
from read_parquet($folder || '/entries.parquet')
order by first_seen_at;

insert into fetches (
    page_id, url, attempted_at, cause, outcome, http_status, detail, failures, checks, next_at, born_at, capture_id,
    payload_sha256, etag, last_modified, training_opt_outs
)
select
    page_id, url, attempted_at, cause, outcome, http_status, detail, failures, checks, next_at, born_at, capture_id,
    payload_sha256, etag, last_modified, training_opt_outs
from read_parquet($folder || '/fetches.parquet')
order by attempted_at;
