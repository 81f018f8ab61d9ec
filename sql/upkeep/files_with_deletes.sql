-- The Parquet files of a table that have deleted rows, and are smaller than $most_bytes. Grain: one file.
select data_file
from ducklake_list_files($lake, $table)
where delete_file is not null and data_file_size_bytes < $most_bytes
order by data_file;
