-- What later files take of the staged batch as it is; captures, articles and rejects are read by 10_fresh.sql alone.
create or replace temp table this_batch as
select *, now() as loaded_at from read_parquet($folder || '/batch.parquet');

create or replace temp table staged_quotes as from read_parquet($folder || '/quotes.parquet');

create or replace temp table staged_fingerprints as from read_parquet($folder || '/fingerprints.parquet');
