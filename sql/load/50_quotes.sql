-- The quotes of the articles that show another capture now.
delete from quotes
where article_id in (
    select w.article_id
    from winners as w
    semi join known_articles as k on w.article_id = k.article_id
    where w.is_fresh
);

insert into quotes (
    quote_id, article_id, ordinal, kind, text, start_char, end_char, speaker, speaker_mention,
    speaker_start_char, speaker_role, cue, confidence
)
select
    q.quote_id, q.article_id, q.ordinal, q.kind, q.text, q.start_char, q.end_char, q.speaker, q.speaker_mention,
    q.speaker_start_char, q.speaker_role, q.cue, q.confidence
from staged_quotes as q
inner join winners as w on q.capture_id = w.capture_id
where w.is_fresh
order by q.article_id, q.ordinal;
