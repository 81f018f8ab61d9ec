-- The new pairs: near ones as verified, equal texts each with the earliest of all. Grain: one pair.
insert into duplicates (article_id, duplicate_of, relation, similarity, containment, links, detected_at)
select v.article_id, v.duplicate_of, v.relation, v.similarity, v.containment, v.links, b.loaded_at
from verified as v
anti join duplicates as d on v.article_id = d.article_id and v.duplicate_of = d.duplicate_of
cross join this_batch as b
union all
select e.article_id, e.duplicate_of, 'exact', 1.0, 1.0, true, b.loaded_at
from exact_pairs as e
anti join duplicates as d on e.article_id = d.article_id and e.duplicate_of = d.duplicate_of
cross join this_batch as b;
