-- The staged batch as temporary tables, with the types of the warehouse.
create or replace temp table this_batch as
select batch_id, kind, source, started_at, now() as loaded_at from read_parquet($folder || '/batch.parquet');

create or replace temp table staged_captures as
select * replace (capture_id::uuid as capture_id) from read_parquet($folder || '/captures.parquet');

create or replace temp table staged_articles as
select * replace (capture_id::uuid as capture_id, article_id::uuid as article_id)
from read_parquet($folder || '/articles.parquet');

create or replace temp table staged_quotes as
select
    * replace (
        capture_id::uuid as capture_id, article_id::uuid as article_id, quote_id::uuid as quote_id
    )
from read_parquet($folder || '/quotes.parquet');

create or replace temp table staged_fingerprints as
select * replace (capture_id::uuid as capture_id) from read_parquet($folder || '/fingerprints.parquet');

create or replace temp table staged_rejects as
select * replace (capture_id::uuid as capture_id) from read_parquet($folder || '/rejects.parquet');
