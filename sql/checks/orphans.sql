-- Rows that point at a row that is not there.
select 'quotes' as table_name, quote_id::varchar as key, 'article_id' as missing
from quotes anti join articles using (article_id)
union all
select 'article_revisions', article_id::varchar, 'article_id'
from article_revisions anti join articles using (article_id)
union all
select 'fingerprints', article_id::varchar, 'article_id'
from (select distinct article_id from fingerprints) anti join articles using (article_id)
union all
select 'duplicates', d.article_id::varchar, 'article_id'
from duplicates as d anti join articles as a on d.article_id = a.article_id
union all
select 'duplicates', d.duplicate_of::varchar, 'duplicate_of'
from duplicates as d anti join articles as a on d.duplicate_of = a.article_id
union all
select 'articles', a.article_id::varchar, 'capture_id'
from articles as a anti join captures as c on a.capture_id = c.capture_id
union all
select 'articles', a.article_id::varchar, 'batch_id'
from articles as a anti join batches as b on a.batch_id = b.batch_id
union all
select 'articles', a.article_id::varchar, 'story_id'
from articles as a anti join articles as lead on a.story_id = lead.article_id
union all
select 'articles', a.article_id::varchar, 'its revision'
from articles as a
anti join article_revisions as r
    on a.article_id = r.article_id and a.revision = r.revision and a.content_hash = r.content_hash
union all
select 'captures', c.capture_id::varchar, 'article_id'
from (from captures where disposition != 'rejected') as c
anti join articles as a on c.article_id = a.article_id
union all
select 'captures', c.capture_id::varchar, 'its row in rejects'
from (from captures where disposition = 'rejected') as c
anti join rejects as r on c.capture_id::varchar = r.item_key
union all
select 'captures', c.capture_id::varchar, 'batch_id'
from captures as c anti join batches as b on c.batch_id = b.batch_id
union all
select 'rejects', r.item_key, 'batch_id'
from rejects as r anti join batches as b on r.batch_id = b.batch_id
union all
select 'fetches', f.capture_id::varchar, 'capture_id'
from (from fetches where capture_id is not null) as f
anti join captures as c on f.capture_id = c.capture_id;
