-- The news agency that an article credits itself to. Articles loaded before have none until a replay.
alter table articles add column wire varchar;
comment on column articles.wire is 'The news agency credited in byline, dateline or credit line (AP, Reuters, dpa, ...); null where none is. Of articles loaded before this column came, null until a replay.';
