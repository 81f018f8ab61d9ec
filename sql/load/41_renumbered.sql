-- The span of time keeps this from reading revisions of all time. Grain: one revision.
update article_revisions as r
set revision = n.revision, fetched_at = n.fetched_at, last_fetched_at = n.last_fetched_at
from renumbered as n
where
    r.fetched_at between (select min(known_at) from renumbered) and (select max(known_at) from renumbered)
    and r.article_id = n.article_id
    and r.content_hash = n.content_hash;
