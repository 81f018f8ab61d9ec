-- What was to do is done, whatever became of it. Grain: one capture.
insert into beside.again.asked
select capture_id from beside.again.todo;
