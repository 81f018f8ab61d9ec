-- How far archives were read, so that a backfill goes on where it was.
create table marks (
    part varchar not null,
    filter varchar not null,
    version varchar not null,
    position bigint not null,
    is_done boolean not null,
    items bigint not null,
    passed bigint not null,
    marked_at timestamptz not null
);
comment on table marks is 'How far a backfill has read one part of an archive with one filter.';
comment on column marks.part is 'Key, with filter. The address of the part: a file, a file in a WACZ file, a list of addresses.';
comment on column marks.filter is 'Key, with part. What was wanted of it, in one line; empty for everything.';
comment on column marks.version is 'Size and time or entity tag of the part; where they differ, it is read from its beginning.';
comment on column marks.position is 'What stands before it is in the tables or was passed over: a byte of a WARC file, else a row.';
comment on column marks.is_done is 'Whether it was read to its end.';
comment on column marks.items is 'Items found in it so far, refused ones included.';
comment on column marks.passed is 'Things in it that were passed over: requests, revisit records, what the filter does not want.';
comment on column marks.marked_at is 'When the tables took it, UTC.';
