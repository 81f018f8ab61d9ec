-- Rows of each table that people ask for. Grain: one table.
select name, rows
from (
    select 1 as place, 'articles' as name, count(*) as rows from articles
    union all
    select 2, 'stories', count(*) from stories
    union all
    select 3, 'quotes', count(*) from quotes
    union all
    select 4, 'duplicates', count(*) from duplicates
    union all
    select 5, 'rejects', count(*) from rejects
    union all
    select 6, 'captures', count(*) from captures
    union all
    select 7, 'batches', count(*) from batches
)
order by place;
