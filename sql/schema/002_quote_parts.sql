-- Quotes know the utterance that they are a part of.
alter table quotes add column continues integer;
comment on column quotes.continues is 'Of a later part of an utterance that its cue interrupts ("X," he said, "Y"): the ordinal of the first part, in the same article. Null otherwise; group by coalesce(continues, ordinal).';
