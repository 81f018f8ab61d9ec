-- The hashes that a load has staged, for the matching that comes later. Grain: one hash of one capture's text.
insert into beside.again.hashes
select capture_id, hash
from staged_fingerprints
where capture_id in (select capture_id from fresh_articles);
