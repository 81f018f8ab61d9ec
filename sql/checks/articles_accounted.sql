-- Articles that were not loaded exactly once, or have other revisions than captures brought.
select article_id, count(*) filter (where disposition = 'loaded') as times_loaded
from captures
where article_id is not null
group by article_id
having count(*) filter (where disposition = 'loaded') != 1;
