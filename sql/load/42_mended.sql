-- The span of time keeps this from reading articles of all time. Grain: one known article.
update articles as a
set
    first_seen_at = m.first_seen_at,
    ordered_at = coalesce(a.published_at, m.first_seen_at),
    revision = m.revision
from mended as m
where
    a.ordered_at between (select min(known_at) from mended) and (select max(known_at) from mended)
    and a.article_id = m.article_id;
