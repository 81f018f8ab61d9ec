-- The subscribed feeds by health, most first. Grain: one health.
select health, count(*) as feeds from feed_health group by health order by feeds desc, health;
