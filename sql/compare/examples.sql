-- How many changes there are of each kind, with a few of them. Grain: one kind of change.
select
    c.change,
    count(*) as number,
    arg_min(
        {
            'article_id': c.article_id::varchar,
            'url': coalesce(b.url, a.url),
            'before': c.before,
            'after': c.after
        },
        c.article_id::varchar,
        3
    ) as examples
from changes as c
left join newsflow.main.articles as b on c.article_id = b.article_id
left join beside.main.articles as a on c.article_id = a.article_id
group by c.change
order by number desc, c.change;
