-- How many feeds are subscribed. Grain: one row.
select count(*) as feeds from feeds;
