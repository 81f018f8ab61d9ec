-- The staged batch, what of it later files take as it is; articles and captures are read once, by 10_fresh.
create or replace temp table this_batch as
select *, now() as loaded_at from read_parquet($folder || '/batch.parquet');

create or replace temp table staged_quotes as from read_parquet($folder || '/quotes.parquet');

create or replace temp table staged_fingerprints as from read_parquet($folder || '/fingerprints.parquet');
