-- The new revisions, the articles that show a capture of this batch, and their quotes.
insert into article_revisions (article_id, revision, title, text, content_hash, fetched_at, last_fetched_at)
select m.article_id, m.revision, any_value(f.title), any_value(f.text), m.content_hash, m.fetched_at, m.last_fetched_at
from merged_revisions as m
anti join known_revisions as k on m.article_id = k.article_id and m.content_hash = k.content_hash
inner join fresh_articles as f on m.article_id = f.article_id and m.content_hash = f.content_hash
group by all;

insert into articles (
    article_id, url, canonical_url, is_canonical_url, publisher, title, authors, published_at, modified_at,
    fetched_at, first_seen_at, ordered_at, language, text, word_count, section, is_paywalled, is_truncated,
    extractor, notes, content_hash, text_hash, wire, revision, story_id, capture_id, batch_id
)
select
    f.article_id, f.url, f.canonical_url, f.is_canonical_url, f.publisher, f.title, f.authors, f.published_at,
    f.modified_at, f.fetched_at, w.first_seen_at, coalesce(f.published_at, w.first_seen_at), f.language, f.text,
    f.word_count, f.section, f.is_paywalled, f.is_truncated, f.extractor, f.notes, f.content_hash, f.text_hash,
    f.wire,
    w.revision, coalesce(k.story_id, f.article_id), f.capture_id, b.batch_id
from winners as w
inner join fresh_articles as f on w.capture_id = f.capture_id
left join known_articles as k on w.article_id = k.article_id
cross join this_batch as b
where w.is_fresh
order by coalesce(f.published_at, w.first_seen_at);

insert into quotes (
    quote_id, article_id, ordinal, kind, text, start_char, end_char, speaker, speaker_mention,
    speaker_start_char, speaker_role, cue, confidence, continues
)
select
    q.quote_id, q.article_id, q.ordinal, q.kind, q.text, q.start_char, q.end_char, q.speaker, q.speaker_mention,
    q.speaker_start_char, q.speaker_role, q.cue, q.confidence, q.continues
from staged_quotes as q
inner join winners as w on q.capture_id = w.capture_id
where w.is_fresh
order by q.article_id, q.ordinal;
