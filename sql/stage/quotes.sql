-- The quotes of a batch. Grain: one quote in one article as one capture shows it.
select r.*
from (
    select unnest(from_json(
        $rows,
        '[{"capture_id": "UUID", "quote_id": "UUID", "article_id": "UUID", "ordinal": "INTEGER", "kind": "VARCHAR",
           "text": "VARCHAR", "start_char": "INTEGER", "end_char": "INTEGER", "speaker": "VARCHAR",
           "speaker_mention": "VARCHAR", "speaker_start_char": "INTEGER", "speaker_role": "VARCHAR",
           "cue": "VARCHAR", "confidence": "DOUBLE", "continues": "INTEGER"}]'
    )) as r
) as rows_given;
