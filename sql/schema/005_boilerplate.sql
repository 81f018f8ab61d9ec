-- What matching has learnt to leave out.
create table boilerplate (
    hash ubigint not null,
    since_at timestamptz not null
);
comment on table boilerplate is 'One sampled shingle hash that recurs in different stories: it is no sign of a copy. Never taken back; a replay learns it again.';
comment on column boilerplate.hash is 'Key. xxh3 of a word 4-gram, as in fingerprints.';
comment on column boilerplate.since_at is 'The ordered_at of the article that made it known.';
