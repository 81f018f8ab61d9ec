-- Live ingestion: feeds, what they listed, and every attempt to ask for a feed or a page. These tables tell what
-- was asked of others and when; a replay, which makes tables anew from captures, leaves them alone.

create table feeds (
    feed_id uuid not null,
    feed_url varchar not null,
    title varchar,
    publisher varchar,
    language varchar,
    kind varchar,
    category varchar,
    status varchar not null,
    etag varchar,
    last_modified varchar,
    body_sha256 varchar,
    next_poll_at timestamptz not null,
    interval_seconds integer not null,
    failures integer not null,
    last_failure varchar,
    last_polled_at timestamptz,
    last_success_at timestamptz,
    last_new_at timestamptz,
    moved_to varchar,
    moved_times integer not null,
    ttl_seconds integer,
    sy_seconds integer,
    skip_hours integer[] not null,
    skip_days integer[] not null,
    added_at timestamptz not null
);
comment on table feeds is 'One subscribed feed, and what is known of it between polls.';
comment on column feeds.feed_id is 'Key. Derived from the address it was subscribed under; stays when the feed moves.';
comment on column feeds.feed_url is 'Where it is polled; secrets in it are hidden.';
comment on column feeds.title is 'Its own title, or the one it was subscribed with.';
comment on column feeds.publisher is 'The registrable domain of its address.';
comment on column feeds.language is 'The language it declares, as it declares it.';
comment on column feeds.kind is 'rss, atom, rdf, json, news_sitemap, sitemap or sitemap_index; null before the first good poll.';
comment on column feeds.category is 'The folder it stands in, from the subscription list.';
comment on column feeds.status is 'active, paused (by the user) or gone (it answered 410, or moved to where another feed is polled; newsflow feeds resume asks again).';
comment on column feeds.etag is 'The ETag of the newest body held, as it came; bytes as Latin-1.';
comment on column feeds.last_modified is 'The Last-Modified of the same body, as it came; bytes as Latin-1.';
comment on column feeds.body_sha256 is 'SHA-256 (hex) of that body: the same again brings nothing new.';
comment on column feeds.next_poll_at is 'Not before then is it asked again, UTC.';
comment on column feeds.interval_seconds is 'Its own interval, which follows how often new entries come.';
comment on column feeds.failures is 'Failed polls since the last good one.';
comment on column feeds.last_failure is 'Why the latest poll failed; null after a good one.';
comment on column feeds.last_polled_at is 'When it was last asked, UTC.';
comment on column feeds.last_success_at is 'When it last answered as a feed should (200 or 304), UTC.';
comment on column feeds.last_new_at is 'When it last brought a new entry, UTC.';
comment on column feeds.moved_to is 'Where permanent redirects lead, until that is believed.';
comment on column feeds.moved_times is 'Polls in a row that led there.';
comment on column feeds.ttl_seconds is 'The wait that its ttl asks for.';
comment on column feeds.sy_seconds is 'The wait that its sy:updatePeriod asks for.';
comment on column feeds.skip_hours is 'Hours of the day (0..23, UTC) in which it asks not to be polled.';
comment on column feeds.skip_days is 'Days of the week (0 is Monday) on which it asks not to be polled.';
comment on column feeds.added_at is 'When it was subscribed, UTC.';

create table entries (
    entry_id uuid not null,
    feed_id uuid not null,
    feed_url varchar not null,
    entry_key varchar not null,
    url varchar not null,
    page_id uuid not null,
    title varchar,
    published_at timestamptz,
    first_seen_at timestamptz not null
);
comment on table entries is 'One item of one feed, as it was first seen.';
comment on column entries.entry_id is 'Key. Derived from feed_id and entry_key.';
comment on column entries.feed_id is 'The feed that listed it.';
comment on column entries.feed_url is 'Where that feed was polled then.';
comment on column entries.entry_key is 'Its guid or id; its link where it has none.';
comment on column entries.url is 'The address of its page; secrets in it are hidden.';
comment on column entries.page_id is 'The page: addresses that differ in tracking parameters or view (AMP, print) are one.';
comment on column entries.title is 'The title in the feed.';
comment on column entries.published_at is 'The time in the feed, UTC; null where it gives none.';
comment on column entries.first_seen_at is 'When a poll first brought it, UTC.';

create table polls (
    feed_id uuid not null,
    polled_at timestamptz not null,
    outcome varchar not null,
    http_status integer,
    detail varchar,
    entries integer not null,
    new_entries integer not null,
    seconds double not null,
    next_poll_at timestamptz not null,
    warc_file varchar,
    warc_offset bigint
);
comment on table polls is 'One time that one feed was asked.';
comment on column polls.feed_id is 'The feed.';
comment on column polls.polled_at is 'When the answer was complete, or given up, UTC.';
comment on column polls.outcome is 'changed, same (200 with the body held), unchanged (304), or the failure.';
comment on column polls.http_status is 'The status of the answer; null where none came.';
comment on column polls.detail is 'One line about a failure, without secrets.';
comment on column polls.entries is 'Entries in the body; 0 where it was not read.';
comment on column polls.new_entries is 'Those of them that no poll had brought before.';
comment on column polls.seconds is 'From request to whole answer, redirects included.';
comment on column polls.next_poll_at is 'The next poll that followed from it, UTC.';
comment on column polls.warc_file is 'The capture file that holds the answer; null where none came.';
comment on column polls.warc_offset is 'The byte at which the answer''s record starts in that file.';

create table fetches (
    page_id uuid not null,
    url varchar not null,
    attempted_at timestamptz not null,
    cause varchar not null,
    outcome varchar not null,
    http_status integer,
    detail varchar,
    failures integer not null,
    checks integer not null,
    next_at timestamptz,
    born_at timestamptz not null,
    capture_id uuid,
    payload_sha256 varchar,
    etag varchar,
    last_modified varchar,
    training_opt_outs varchar[] not null
);
comment on table fetches is 'One attempt at one page, or one decision to try it.';
comment on column fetches.page_id is 'The page; see entries.page_id.';
comment on column fetches.url is 'The address asked for; secrets in it are hidden.';
comment on column fetches.attempted_at is 'When the answer was complete, or given up; of a decision, when it was made, UTC.';
comment on column fetches.cause is 'Why it was asked for: entry, canonical (an article names this address as its own) or retry (newsflow retry).';
comment on column fetches.outcome is 'fetched, same (200 with the payload held), unchanged (304), waiting (a decision, not tried yet), the failure, or the reason why its payload was refused.';
comment on column fetches.http_status is 'The status of the answer; null where none came.';
comment on column fetches.detail is 'One line about a failure, without secrets.';
comment on column fetches.failures is 'Failed attempts in a row, this one included; 0 after a good one.';
comment on column fetches.checks is 'Good answers so far, this one included.';
comment on column fetches.next_at is 'When it is tried or checked again, UTC; null for never: after a failure that is the quarantine.';
comment on column fetches.born_at is 'When its article was published, as far as its feed said, UTC: young pages are checked again.';
comment on column fetches.capture_id is 'The capture that it brought; null where none was made.';
comment on column fetches.payload_sha256 is 'SHA-256 (hex) of the newest payload held.';
comment on column fetches.etag is 'The ETag of that payload, as it came; bytes as Latin-1.';
comment on column fetches.last_modified is 'The Last-Modified of that payload, as it came; bytes as Latin-1.';
comment on column fetches.training_opt_outs is 'How the publisher says no to training: robots.txt rules, X-Robots-Tag, TDMRep.';
