-- The tables whose row groups have a size of their own. Grain: one table.
select scope_entry from ducklake_options($lake) where option_name = 'parquet_row_group_size' and scope = 'TABLE'
