-- Captures that cannot be read back with their digest, and captures on disk that no table knows.
-- `read_back` comes from reading the files.
select capture_id, warc_file, problem from read_back;
