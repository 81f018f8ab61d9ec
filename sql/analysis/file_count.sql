-- The Parquet files that hold the tables now. Grain: one row.
select coalesce(sum(file_count), 0)::bigint as files
from ducklake_table_info($lake);
