-- The articles of a batch. Grain: one article as one capture shows it.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"capture_id": "UUID", "article_id": "UUID", "url": "VARCHAR", "canonical_url": "VARCHAR",
           "is_canonical_url": "BOOLEAN", "publisher": "VARCHAR", "title": "VARCHAR", "authors": ["VARCHAR"],
           "published_at": "TIMESTAMPTZ", "modified_at": "TIMESTAMPTZ", "fetched_at": "TIMESTAMPTZ",
           "language": "VARCHAR", "text": "VARCHAR", "word_count": "INTEGER", "section": "VARCHAR",
           "is_paywalled": "BOOLEAN", "is_truncated": "BOOLEAN", "extractor": "VARCHAR", "notes": ["VARCHAR"],
           "content_hash": "VARCHAR", "text_hash": "UBIGINT", "wire": "VARCHAR"}]'
    )) as r
) as rows_given;
