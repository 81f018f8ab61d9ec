-- The tables of several Parquet files, which may be merged. Grain: one table.
select table_name
from ducklake_table_info($lake)
where file_count > 1
order by table_name;
