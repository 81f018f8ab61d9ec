-- Entries that are not in `articles`, by state. Grain: one state.
select state, count(*) as entries from discovery_gaps group by state order by state;
