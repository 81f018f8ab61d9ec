-- The staged batch as temporary tables.
create or replace temp table this_batch as
select *, now() as loaded_at from read_parquet($folder || '/batch.parquet');

create or replace temp table staged_captures as from read_parquet($folder || '/captures.parquet');

create or replace temp table staged_articles as from read_parquet($folder || '/articles.parquet');

create or replace temp table staged_quotes as from read_parquet($folder || '/quotes.parquet');

create or replace temp table staged_fingerprints as from read_parquet($folder || '/fingerprints.parquet');

create or replace temp table staged_rejects as from read_parquet($folder || '/rejects.parquet');
