-- Whether the tables hold a poll or an attempt of a staged batch of live ingestion: then they hold all of it, because
-- a batch is loaded whole. Grain: one row.
select
    exists (
        select 1
        from polls as p
        inner join read_parquet($folder || '/polls.parquet') as s
            on p.feed_id = s.feed_id and p.polled_at = s.polled_at
    )
    or exists (
        select 1
        from fetches as f
        inner join read_parquet($folder || '/fetches.parquet') as s
            on f.page_id = s.page_id and f.attempted_at = s.attempted_at
    ) as is_held;
