-- Of which articles the quotes were made again, and of what content. Grain: one article.
create table made (
    article_id uuid not null,
    content_hash varchar not null,
    language varchar,
    is_kept boolean not null -- the extraction failed: the quotes that it has stay
);
