-- The quotes that a step made, and of which articles it is done. Grain: one quote; one article.
insert into quotes (
    quote_id, article_id, ordinal, kind, text, start_char, end_char, speaker, speaker_mention,
    speaker_start_char, speaker_role, cue, confidence, continues
)
select
    quote_id, article_id, ordinal, kind, text, start_char, end_char, speaker, speaker_mention,
    speaker_start_char, speaker_role, cue, confidence, continues
from read_parquet($folder || '/quotes.parquet')
order by article_id, ordinal;

insert into made (article_id, content_hash, language, is_kept)
select article_id, content_hash, language, article_id in (select unnest(from_json($kept, '["UUID"]')))
from todo
where step = $step;
