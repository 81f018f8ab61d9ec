-- The tables that ingestion fills. DuckLake has no keys and no indexes: each grain is held by the load
-- (sql/load) and proven by the checks (sql/checks).

create table captures (
    capture_id uuid not null,
    url varchar,
    final_url varchar,
    fetched_at timestamptz not null,
    http_status integer,
    media_type varchar not null,
    payload_sha256 varchar not null,
    warc_file varchar not null,
    warc_offset bigint not null,
    disposition varchar not null,
    article_id uuid,
    batch_id varchar not null
);
comment on table captures is 'One HTTP response or document kept as it came, and where it ended.';
comment on column captures.capture_id is 'Key. Derived from address, payload and, for a response, time.';
comment on column captures.url is 'The address asked for; null for a document without one.';
comment on column captures.final_url is 'The address that answered, after redirects.';
comment on column captures.fetched_at is 'When the response came; for a document the time its source gives it.';
comment on column captures.http_status is 'The HTTP status; null for a document.';
comment on column captures.media_type is 'The media type, lower-case, without parameters.';
comment on column captures.payload_sha256 is 'SHA-256 (hex) of the payload with transfer and content encodings undone.';
comment on column captures.warc_file is 'The capture file, relative to the captures folder.';
comment on column captures.warc_offset is 'The byte at which its record starts in that file.';
comment on column captures.disposition is 'loaded, revised, unchanged, duplicate_url or rejected.';
comment on column captures.article_id is 'The article it shows; null where it was rejected.';
comment on column captures.batch_id is 'The batch that loaded it.';

create table articles (
    article_id uuid not null,
    url varchar,
    canonical_url varchar,
    is_canonical_url boolean not null,
    publisher varchar,
    title varchar,
    authors varchar[] not null,
    published_at timestamptz,
    modified_at timestamptz,
    fetched_at timestamptz not null,
    first_seen_at timestamptz not null,
    ordered_at timestamptz not null,
    language varchar,
    text varchar not null,
    word_count integer not null,
    section varchar,
    is_paywalled boolean not null,
    is_truncated boolean not null,
    extractor varchar not null,
    notes varchar[] not null,
    content_hash varchar not null,
    text_hash ubigint,
    revision integer not null,
    story_id uuid,
    capture_id uuid not null,
    batch_id varchar not null
);
comment on table articles is 'One article (one canonical address), as its current revision shows it.';
comment on column articles.article_id is 'Key. Derived from the canonical address, or from title and text where there is none.';
comment on column articles.url is 'The address of the capture shown.';
comment on column articles.canonical_url is 'The cleaned or declared canonical address.';
comment on column articles.is_canonical_url is 'Whether the capture shown was taken at the canonical address.';
comment on column articles.publisher is 'The registrable domain that published it.';
comment on column articles.title is 'The headline; null where the source has none (never invented).';
comment on column articles.authors is 'People named as authors, in the order of the byline.';
comment on column articles.published_at is 'The publisher''s claim, UTC; null where unknown or refused (see notes).';
comment on column articles.modified_at is 'The publisher''s claim of the last change, UTC.';
comment on column articles.fetched_at is 'When the capture shown was taken, UTC.';
comment on column articles.first_seen_at is 'When the first capture of this article was taken, UTC.';
comment on column articles.ordered_at is 'published_at, or first_seen_at where that is unknown: for windows and order.';
comment on column articles.language is 'ISO 639-1 code; null where the text is too short to tell.';
comment on column articles.text is 'The main text, NFC, one paragraph a line.';
comment on column articles.word_count is 'Words in text; for scripts without spaces, characters.';
comment on column articles.section is 'The publisher''s section or category.';
comment on column articles.is_paywalled is 'Whether the page declares that it is not free to read.';
comment on column articles.is_truncated is 'Whether the text is visibly cut short.';
comment on column articles.extractor is 'What extracted the text, with its version.';
comment on column articles.notes is 'What was refused of the publisher''s claims, and why.';
comment on column articles.content_hash is 'Digest of title and text: a new value is a new revision.';
comment on column articles.text_hash is 'Digest of the words of the text: equal for exact copies; null where it has no words.';
comment on column articles.revision is 'The number of the revision shown; see article_revisions.';
comment on column articles.story_id is 'The story it belongs to: the article_id of the story''s lead.';
comment on column articles.capture_id is 'The capture shown.';
comment on column articles.batch_id is 'The batch that loaded the capture shown.';

create table article_revisions (
    article_id uuid not null,
    revision integer not null,
    title varchar,
    text varchar not null,
    content_hash varchar not null,
    fetched_at timestamptz not null,
    last_fetched_at timestamptz not null
);
comment on table article_revisions is 'One revision of one article: each distinct title and text it has had.';
comment on column article_revisions.article_id is 'The article.';
comment on column article_revisions.revision is '1, 2, ... in the order of fetched_at.';
comment on column article_revisions.title is 'The headline of this revision.';
comment on column article_revisions.text is 'The text of this revision.';
comment on column article_revisions.content_hash is 'Digest of title and text; unique within the article.';
comment on column article_revisions.fetched_at is 'When this content was first captured, UTC.';
comment on column article_revisions.last_fetched_at is 'When this content was last captured, UTC.';

create table quotes (
    quote_id uuid not null,
    article_id uuid not null,
    ordinal integer not null,
    kind varchar not null,
    text varchar not null,
    start_char integer not null,
    end_char integer not null,
    speaker varchar,
    speaker_mention varchar,
    speaker_start_char integer,
    speaker_role varchar,
    cue varchar,
    confidence double not null
);
comment on table quotes is 'One quote in the current revision of one article.';
comment on column quotes.quote_id is 'Key. Derived from article, revision content and offsets.';
comment on column quotes.article_id is 'The article it stands in.';
comment on column quotes.ordinal is '0, 1, ... in the order of start_char.';
comment on column quotes.kind is 'direct, mixed (a fragment within a paraphrase) or indirect.';
comment on column quotes.text is 'The words of the quote, without its marks.';
comment on column quotes.start_char is 'First Unicode code point in articles.text, counted from 0.';
comment on column quotes.end_char is 'One behind the last code point in articles.text.';
comment on column quotes.speaker is 'Who said it, resolved within the article; null where nobody safe is named.';
comment on column quotes.speaker_mention is 'The words in the text that name the speaker.';
comment on column quotes.speaker_start_char is 'Where the mention starts in articles.text.';
comment on column quotes.speaker_role is 'The role or title that the article gives the speaker.';
comment on column quotes.cue is 'The word that introduces the quote ("said", "according to").';
comment on column quotes.confidence is '0..1: how sure the attribution is.';

create table fingerprints (
    hash ubigint not null,
    article_id uuid not null,
    ordered_at timestamptz not null
);
comment on table fingerprints is 'One sampled shingle hash of one text; rows lie in time order. Of equal texts only the earliest in 3.5 days is held.';
comment on column fingerprints.hash is 'xxh3 of a word 4-gram.';
comment on column fingerprints.article_id is 'The article that stands for the text.';
comment on column fingerprints.ordered_at is 'The article''s ordered_at, for the window.';

create table duplicates (
    article_id uuid not null,
    duplicate_of uuid not null,
    relation varchar not null,
    similarity double not null,
    containment double not null,
    links boolean not null,
    detected_at timestamptz not null
);
comment on table duplicates is 'One verified pair: a later article and the earlier one it repeats.';
comment on column duplicates.article_id is 'The later article.';
comment on column duplicates.duplicate_of is 'The earlier article.';
comment on column duplicates.relation is 'exact, copy, excerpt or update.';
comment on column duplicates.similarity is 'Jaccard similarity of their informative shingles, 0..1.';
comment on column duplicates.containment is 'Share of the shorter text''s informative shingles in the longer, 0..1.';
comment on column duplicates.links is 'Whether the pair puts the two in one story; false for a part of a round-up.';
comment on column duplicates.detected_at is 'When the pair was found, UTC.';

create table rejects (
    item_key varchar not null,
    batch_id varchar not null,
    stage varchar not null,
    reason varchar not null,
    detail varchar not null,
    rejected_at timestamptz not null
);
comment on table rejects is 'One item refused, with its reason.';
comment on column rejects.item_key is 'The capture_id, or the place in the source (file:line, file@offset) of what was never captured.';
comment on column rejects.batch_id is 'The batch it came in.';
comment on column rejects.stage is 'The stage that refused it: read, clean, extract, sign.';
comment on column rejects.reason is 'One word from the list in pipeline/dispositions.py.';
comment on column rejects.detail is 'One line for people.';
comment on column rejects.rejected_at is 'When the batch was loaded, UTC.';

create table batches (
    batch_id varchar not null,
    kind varchar not null,
    source varchar not null,
    started_at timestamptz not null,
    loaded_at timestamptz not null,
    items integer not null,
    loaded integer not null,
    revised integer not null,
    unchanged integer not null,
    duplicate_url integer not null,
    rejected integer not null
);
comment on table batches is 'One load: how many items came, and where each ended.';
comment on column batches.batch_id is 'Key. A digest of the items in it.';
comment on column batches.kind is 'ingest, poll or backfill.';
comment on column batches.source is 'What was read.';
comment on column batches.started_at is 'When reading began, UTC.';
comment on column batches.loaded_at is 'When the tables took it, UTC.';
comment on column batches.items is 'New items: the sum of the five counts below.';
comment on column batches.loaded is 'New articles.';
comment on column batches.revised is 'Known articles with new content.';
comment on column batches.unchanged is 'Known articles with content already held.';
comment on column batches.duplicate_url is 'Known articles under another address.';
comment on column batches.rejected is 'Items refused; see rejects.';
