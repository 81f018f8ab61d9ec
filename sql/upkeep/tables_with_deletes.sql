-- The tables of which files have deleted rows, or had some in a snapshot that is still kept. Grain: one table.
select table_name
from ducklake_table_info($lake)
where delete_file_count > 0
order by table_name;
