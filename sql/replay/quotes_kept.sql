-- The quotes of articles that were not to be made again, or could not be, as they are. Grain: one quote.
insert into quotes (
    quote_id, article_id, ordinal, kind, text, start_char, end_char, speaker, speaker_mention,
    speaker_start_char, speaker_role, cue, confidence, continues
)
select
    q.quote_id, q.article_id, q.ordinal, q.kind, q.text, q.start_char, q.end_char, q.speaker, q.speaker_mention,
    q.speaker_start_char, q.speaker_role, q.cue, q.confidence, q.continues
from newsflow.main.quotes as q
anti join (from made where not is_kept) as m on q.article_id = m.article_id;
