-- The fingerprints of those that stand for one now. Grain: one hash of one article.
insert into fingerprints (hash, article_id, ordered_at)
select h.hash, a.article_id, a.ordered_at
from appointed as a
inner join text_hashes as h on a.text_hash = h.text_hash
order by a.ordered_at, a.article_id, h.hash;
