-- Of the captures that were made again: which were read, and their hashes. Grain: one capture; one hash of one text.
create table beside.again.asked (capture_id uuid not null);

create table beside.again.hashes (capture_id uuid not null, hash ubigint not null);
