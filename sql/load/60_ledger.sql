-- Where each item ended. The counts of a batch sum to its items (sql/checks/ledger_balance.sql).
create or replace temp table dispositions as
with placed as (
    select
        f.capture_id,
        f.article_id,
        f.is_canonical_url,
        k.article_id is not null
        or row_number() over (partition by f.article_id order by f.fetched_at, f.capture_id) > 1 as is_known,
        r.content_hash is not null
        or row_number() over (partition by f.article_id, f.content_hash order by f.fetched_at, f.capture_id) > 1
            as is_held
    from fresh_articles as f
    left join known_articles as k on f.article_id = k.article_id
    left join known_revisions as r on f.article_id = r.article_id and f.content_hash = r.content_hash
)

select
    c.capture_id,
    p.article_id,
    case
        when p.article_id is null then 'rejected'
        when not p.is_known then 'loaded'
        when not p.is_canonical_url then 'duplicate_url'
        when p.is_held then 'unchanged'
        else 'revised'
    end as disposition
from fresh_captures as c
left join placed as p on c.capture_id = p.capture_id;

insert into captures (
    capture_id, url, final_url, fetched_at, http_status, media_type, payload_sha256, warc_file, warc_offset,
    disposition, article_id, batch_id
)
select
    c.capture_id, c.url, c.final_url, c.fetched_at, c.http_status, c.media_type, c.payload_sha256, c.warc_file,
    c.warc_offset, d.disposition, d.article_id, b.batch_id
from fresh_captures as c
inner join dispositions as d on c.capture_id = d.capture_id
cross join this_batch as b;

insert into rejects (item_key, batch_id, stage, reason, detail, rejected_at)
select r.item_key, b.batch_id, r.stage, r.reason, r.detail, b.loaded_at
from fresh_rejects as r
cross join this_batch as b;

create or replace temp table batch_counts as
with ended as (
    select disposition from dispositions
    union all
    select 'rejected' from fresh_rejects where capture_id is null
)

select
    count(*) as items,
    count(*) filter (where disposition = 'loaded') as loaded,
    count(*) filter (where disposition = 'revised') as revised,
    count(*) filter (where disposition = 'unchanged') as unchanged,
    count(*) filter (where disposition = 'duplicate_url') as duplicate_url,
    count(*) filter (where disposition = 'rejected') as rejected
from ended;

insert into batches (
    batch_id, kind, source, started_at, loaded_at, items, loaded, revised, unchanged, duplicate_url, rejected
)
select
    b.batch_id, b.kind, b.source, b.started_at, b.loaded_at, c.items, c.loaded, c.revised, c.unchanged,
    c.duplicate_url, c.rejected
from this_batch as b
cross join batch_counts as c
where c.items > 0;
